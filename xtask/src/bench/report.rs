//! The figures, what they are figures of, and how they compare.

use std::fs;

use serde_json::{Value, json};

use super::cost::{Cost, median};
use super::documents::Document;
use super::stage::Stage;
use super::tools::{OURS, Tool};

/// What a tool took in a stage with a description.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) stage: Stage,
    pub(super) document: String,
    /// How often the description holds the one that is multiplied.
    pub(super) factor: Option<usize>,
    pub(super) tool: &'static str,
    pub(super) costs: Vec<Cost>,
    /// Why there are no figures.
    pub(super) failure: Option<String>,
    /// Whether what it generates compiles; `None` where nobody asked.
    pub(super) compiles: Option<bool>,
    /// Lines and bytes of Rust that it writes.
    pub(super) written: Option<(usize, u64)>,
    /// The number of crates that the generated crate depends on.
    pub(super) dependencies: Option<usize>,
}

/// One of the three figures of a run.
pub(super) type Figure = fn(&Cost) -> f64;

/// The figures that are compared, by name.
pub(super) const FIGURES: [(&str, Figure); 3] =
    [("cpu", |cost| cost.cpu), ("wall", |cost| cost.wall), ("memory", |cost| cost.memory)];

impl Row {
    pub(super) fn new(stage: Stage, document: &Document, tool: &Tool) -> Self {
        Self {
            stage,
            document: document.name.clone(),
            factor: document.factor,
            tool: tool.name(),
            costs: Vec::new(),
            failure: None,
            compiles: None,
            written: None,
            dependencies: None,
        }
    }

    /// The medians, of a row that has figures.
    pub(super) fn cost(&self) -> Option<Cost> {
        median(&self.costs)
    }

    pub(super) fn is_ours(&self) -> bool {
        self.tool == OURS
    }

    /// Whether both are of the same stage and description.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.stage == other.stage && self.document == other.document
    }
}

/// All figures, and what they are figures of.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) machine: String,
    pub(super) compiler: String,
    /// How many processes wanted to run before measuring began, in the mean of a minute, where the system says.
    pub(super) load: Option<f64>,
    /// Whether anyone asked if what is generated compiles.
    pub(super) checked: bool,
    pub(super) tools: Vec<(&'static str, String)>,
    /// Those that take no part, because they are not installed.
    pub(super) missing: Vec<&'static str>,
    pub(super) rows: Vec<Row>,
}

impl Report {
    pub(super) fn new(compiler: String, checked: bool, tools: &[Tool], missing: &[&'static str]) -> Self {
        Self {
            machine: machine(),
            compiler,
            load: load(),
            checked,
            tools: tools.iter().map(|tool| (tool.name(), tool.version.clone())).collect(),
            missing: missing.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Our row of a stage and description.
    pub(super) fn ours(&self, row: &Row) -> Option<&Row> {
        self.rows.iter().find(|other| other.is_ours() && other.is_beside(row))
    }

    /// The row of the other tool that takes the least CPU in a stage with a description, of those whose output compiles as
    /// far as anyone knows.
    pub(super) fn best(&self, row: &Row) -> Option<&Row> {
        let others = self.rows.iter().filter(|other| !other.is_ours() && other.is_beside(row));
        let succeeding = others.filter(|other| other.compiles != Some(false));
        let costs = succeeding.filter_map(|other| Some((other, other.cost()?.cpu)));
        costs.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(best, _)| best)
    }

    /// A figure of ours divided by that of another row.
    pub(super) fn ratio(&self, row: &Row, figure: Figure) -> Option<f64> {
        let (ours, theirs) = (self.ours(row)?.cost()?, row.cost()?);
        (figure(&theirs) > 0.0).then(|| figure(&ours) / figure(&theirs))
    }

    /// How many times the CPU a tool takes to generate from the largest of the multiplied descriptions, compared with the
    /// original: the factor of the size, and that of the CPU.
    pub(super) fn growth(&self, tool: &str) -> Option<(usize, f64)> {
        let rows = self.rows.iter().filter(|row| row.stage == Stage::Generate && row.tool == tool);
        let of: Vec<(usize, f64)> = rows.filter_map(|row| Some((row.factor?, row.cost()?.cpu))).collect();
        let (_, one) = of.iter().find(|(factor, _)| *factor == 1)?;
        let (factor, many) = of.iter().max_by_key(|(factor, _)| *factor)?;
        (*factor > 1 && *one > 0.0).then(|| (*factor, many / one))
    }

    /// Everything, for programs.
    pub(super) fn to_json(&self) -> String {
        let tools: Vec<Value> =
            self.tools.iter().map(|(name, version)| json!({ "name": name, "version": version })).collect();
        let growth: Vec<Value> = self
            .tools
            .iter()
            .filter_map(|(name, _)| {
                let (factor, cpu) = self.growth(name)?;
                Some(json!({ "tool": name, "size": factor, "cpu": cpu }))
            })
            .collect();
        let all = json!({
            "machine": self.machine,
            "compiler": self.compiler,
            "load": self.load,
            "checked": self.checked,
            "tools": tools,
            "missing": self.missing,
            "rows": self.rows.iter().map(|row| self.row_json(row)).collect::<Vec<_>>(),
            "growth": growth,
        });
        format!("{all:#}\n")
    }

    fn row_json(&self, row: &Row) -> Value {
        let ratios = |row: &Row| -> Value {
            FIGURES.iter().map(|(name, figure)| ((*name).to_owned(), json!(self.ratio(row, *figure)))).collect()
        };
        let best = self.best(row).filter(|_| row.is_ours());
        json!({
            "stage": row.stage.as_str(),
            "description": row.document,
            "tool": row.tool,
            "median": row.cost(),
            "runs": row.costs,
            "failure": row.failure,
            "compiles": row.compiles,
            "lines": row.written.map(|(lines, _)| lines),
            "bytes": row.written.map(|(_, bytes)| bytes),
            "dependencies": row.dependencies,
            "ours_to_this": if row.is_ours() { Value::Null } else { ratios(row) },
            "ours_to_best": best.map(|best| json!({ "tool": best.tool, "ratios": ratios(best) })),
        })
    }
}

/// The processor, the number of its cores, the memory and the system.
fn machine() -> String {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let value = |text: &str, key: &str| {
        text.lines().find_map(|line| Some(line.strip_prefix(key)?.split_once(':')?.1.trim().to_owned()))
    };
    let model = value(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = value(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
    let memory = memory.trim_end_matches(" kB").parse::<f64>().ok().map(|kilobytes| kilobytes * 1024.0 / 1e9);
    let memory = memory.map(|memory| format!(", {memory:.0} GB")).unwrap_or_default();
    format!("{model}, {cores} cores{memory}, {}", std::env::consts::OS)
}

/// The first number of `/proc/loadavg` (Linux, proc_loadavg(5)).
fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A row of a report that nothing was run for.
    pub(in super::super) fn row(
        stage: Stage,
        document: (&str, Option<usize>),
        tool: &'static str,
        cpu: &[f64],
        compiles: Option<bool>,
    ) -> Row {
        Row {
            stage,
            document: document.0.to_owned(),
            factor: document.1,
            tool,
            costs: cpu.iter().map(|&cpu| Cost { cpu, wall: cpu / 2.0, memory: 100.0 * cpu }).collect(),
            failure: cpu.is_empty().then(|| "it | failed".to_owned()),
            compiles,
            written: (stage == Stage::Generate && !cpu.is_empty()).then_some((1000, 32_000)),
            dependencies: (stage == Stage::Clean).then_some(7),
        }
    }

    pub(in super::super) fn report() -> Report {
        let (one, eight) = (("x.json", Some(1)), ("x_times_8.json", Some(8)));
        let rows = vec![
            row(Stage::Generate, one, OURS, &[0.25, 0.2, 0.3], Some(true)),
            row(Stage::Generate, one, "slow", &[1.0], Some(true)),
            row(Stage::Generate, one, "wrong", &[0.125], Some(false)),
            row(Stage::Generate, one, "none", &[], None),
            row(Stage::Generate, eight, OURS, &[2.0], Some(true)),
            row(Stage::Generate, eight, "slow", &[5.0], Some(true)),
            row(Stage::Clean, one, OURS, &[30.0], Some(true)),
        ];
        Report {
            machine: "a machine".to_owned(),
            compiler: "rustc 1".to_owned(),
            load: Some(0.25),
            checked: true,
            tools: vec![(OURS, "0.1.0".to_owned()), ("slow", "2.0.0".to_owned())],
            missing: vec!["absent"],
            rows,
        }
    }

    #[test]
    fn the_best_is_the_fastest_of_others_whose_output_compiles() {
        let report = report();
        assert_eq!(report.best(&report.rows[0]).map(|row| row.tool), Some("slow"));
        assert_eq!(report.best(&report.rows[6]).map(|row| row.tool), None);
    }

    #[test]
    fn ratios_are_of_medians() {
        let report = report();
        let [cpu, wall, _] = FIGURES.map(|(_, figure)| figure);
        assert_eq!(report.ratio(&report.rows[1], cpu), Some(0.25));
        assert_eq!(report.ratio(&report.rows[2], wall), Some(2.0));
        assert_eq!(report.ratio(&report.rows[3], cpu), None);
    }

    #[test]
    fn growth_is_that_of_the_largest() {
        let report = report();
        assert_eq!(report.growth(OURS), Some((8, 8.0)));
        assert_eq!(report.growth("slow"), Some((8, 5.0)));
        assert_eq!(report.growth("wrong"), None);
    }

    #[test]
    fn json_holds_runs_medians_and_ratios() -> anyhow::Result<()> {
        let json: Value = serde_json::from_str(&report().to_json())?;
        assert_eq!(json["rows"][0]["median"]["cpu"], 0.25);
        assert_eq!(json["rows"][0]["runs"].as_array().map(Vec::len), Some(3));
        assert_eq!(json["rows"][0]["ours_to_best"]["tool"], "slow");
        assert_eq!(json["rows"][0]["ours_to_best"]["ratios"]["cpu"], 0.25);
        assert_eq!(json["rows"][0]["ours_to_this"], Value::Null);
        assert_eq!(json["rows"][2]["ours_to_this"]["memory"], 2.0);
        assert_eq!(json["rows"][3]["failure"], "it | failed");
        assert_eq!(json["growth"][0]["cpu"], 8.0);
        assert_eq!(json["missing"][0], "absent");
        Ok(())
    }
}
