//! A set of a segment's documents.

/// Which of a segment's documents, by their number from the newest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found(Vec<u64>);

impl Found {
    /// None of this many.
    #[must_use]
    pub fn none(documents: usize) -> Self {
        Self(vec![0; documents.div_ceil(64)])
    }

    /// Adds one; a number that is not among them is left out.
    pub fn insert(&mut self, document: usize) {
        if let Some(word) = self.0.get_mut(document / 64) {
            *word |= 1 << (document % 64);
        }
    }

    /// Keeps what is in both.
    pub fn retain(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine &= theirs;
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Their numbers, ascending: newest first.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(index * 64 + bit)
            })
        })
    }
}
