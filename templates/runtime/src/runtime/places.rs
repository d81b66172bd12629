//! Finding the members of a type by their names: a hash table that the compiler fills. It knows nothing of values.

/// Where the names of a type stand in its table, so that a key of an answer is compared with one name, however many there
/// are and in whatever order they come.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// One more than the index of a name; zero is a free place. A name whose place is taken has the next free one.
    slots: [u8; Self::SLOTS],
    /// Whether there are too many names, which are searched one by one then.
    is_full: bool,
}

impl Places {
    const SLOTS: usize = 128;
    /// With more names, searching for a free place takes longer than it gains.
    const MOST: usize = 96;

    /// The places of these names.
    #[must_use]
    pub const fn of(names: &[&str]) -> Self {
        let mut slots = [0; Self::SLOTS];
        let mut index = 0;
        if names.len() <= Self::MOST {
            while index < names.len() {
                let mut slot = Self::slot(names[index].as_bytes());
                while slots[slot] != 0 {
                    slot = (slot + 1) % Self::SLOTS;
                }
                index += 1;
                // At most 96, which fits.
                slots[slot] = index as u8;
            }
        }
        Self { slots, is_full: names.len() > Self::MOST }
    }

    /// Names of one type mostly differ in length, beginning or end.
    #[inline]
    const fn slot(name: &[u8]) -> usize {
        let mix = match name {
            // Factors that an address computation can have, and that part the names of large descriptions best.
            [first, .., last] => name.len() * 5 + *first as usize * 9 + *last as usize * 3,
            [only] => *only as usize,
            [] => 0,
        };
        mix % Self::SLOTS
    }

    /// The index of a name among those that the places were made of. One copy for all types, since only the way to it differs.
    #[inline(never)]
    #[must_use]
    pub fn find(&self, names: &[&str], name: &str) -> Option<usize> {
        let slot = Self::slot(name.as_bytes());
        let index = usize::from(self.slots[slot]).wrapping_sub(1);
        match names.get(index) {
            Some(known) if is_same(known.as_bytes(), name.as_bytes()) => Some(index),
            Some(_) => self.find_behind(slot, names, name),
            None => self.find_everywhere(names, name),
        }
    }

    /// Looks for a name whose place another one has.
    #[cold]
    #[inline(never)]
    fn find_behind(&self, slot: usize, names: &[&str], name: &str) -> Option<usize> {
        let mut slot = slot;
        loop {
            slot = (slot + 1) % Self::SLOTS;
            let index = usize::from(self.slots[slot]).checked_sub(1)?;
            if names.get(index).is_some_and(|known| *known == name) {
                return Some(index);
            }
        }
    }

    /// Looks for a name of which the table does not know the place.
    #[cold]
    #[inline(never)]
    fn find_everywhere(&self, names: &[&str], name: &str) -> Option<usize> {
        if self.is_full { names.iter().position(|known| *known == name) } else { None }
    }
}

/// Whether two names are the same. They are short, so that a call of the library's comparison costs more than comparing.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let length = one.len();
    if length != other.len() {
        false
    } else if length > 16 {
        // Word by word; the last word may overlap the one before.
        one[length - 8..] == other[length - 8..]
            && one.chunks_exact(8).zip(other.chunks_exact(8)).all(|(word, other)| word == other)
    } else if length >= 8 {
        one[..8] == other[..8] && one[length - 8..] == other[length - 8..]
    } else if length >= 4 {
        one[..4] == other[..4] && one[length - 4..] == other[length - 4..]
    } else {
        one.iter().eq(other)
    }
}
