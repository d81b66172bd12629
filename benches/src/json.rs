//! JSON texts whose members stand in the order of the code: servers do not sort them, and readers that expect them sorted
//! would be measured too well.

/// A JSON text.
#[derive(Clone, Debug)]
pub(crate) struct Json(String);

impl Json {
    pub(crate) fn new(members: Vec<(&str, Self)>) -> Self {
        let mut object = Self("{}".to_owned());
        for (name, value) in members {
            object.push(name, value);
        }
        object
    }

    /// Adds a member to an object.
    pub(crate) fn push(&mut self, name: &str, value: impl Into<Self>) {
        self.0.pop();
        let separator = if self.0.len() > 1 { "," } else { "" };
        self.0.push_str(&format!("{separator}\"{name}\":{}}}", value.into().0));
    }

    pub(crate) fn text(self) -> String {
        self.0
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self(serde_json::Value::from(text).to_string())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Self(number.to_string())
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Self(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self(value.to_string())
    }
}

impl<T: Into<Self>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        let texts: Vec<String> = items.into_iter().map(|item| item.into().0).collect();
        Self(format!("[{}]", texts.join(",")))
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Json {
    fn from(items: [T; N]) -> Self {
        Vec::from(items).into()
    }
}

/// An object with its members in this order.
macro_rules! object {
    ($($name:literal: $value:expr),* $(,)?) => {
        $crate::json::Json::new(vec![$(($name, $crate::json::Json::from($value))),*])
    };
}
pub(crate) use object;
