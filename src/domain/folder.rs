//! The folders of a mailbox, and how its owner files messages into them.
//!
//! A message lies in one folder: deleted, else archived, else where it came. So what is restored lies where it was before.

/// A folder of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// What was received.
    Inbox,
    /// What was sent.
    Sent,
    /// What the owner put away, received and sent.
    Archive,
    /// What the owner deleted; for a time it can be restored.
    Deleted,
}

impl Folder {
    /// Every folder, in the order of the navigation.
    pub const ALL: [Self; 4] = [Self::Inbox, Self::Sent, Self::Archive, Self::Deleted];

    /// Its name in paths; of inbox and sent messages also in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
            Self::Archive => "archive",
            Self::Deleted => "deleted",
        }
    }

    /// The folder of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|folder| folder.as_str() == name)
    }
}

/// A way of filing messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filing {
    /// Into the archive.
    Archive,
    /// Out of the archive, to where it came.
    Unarchive,
    /// To the deleted ones.
    Delete,
    /// From the deleted ones to where it was.
    Restore,
}

impl Filing {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Archive, Self::Unarchive, Self::Delete, Self::Restore];

    /// Its name in forms and paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Unarchive => "unarchive",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }

    /// The way of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filing| filing.as_str() == name)
    }

    /// What undoes it.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::Archive => Self::Unarchive,
            Self::Unarchive => Self::Archive,
            Self::Delete => Self::Restore,
            Self::Restore => Self::Delete,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_undoing_twice_is_doing() {
        for folder in Folder::ALL {
            assert_eq!(Folder::named(folder.as_str()), Some(folder));
        }
        for filing in Filing::ALL {
            assert_eq!(Filing::named(filing.as_str()), Some(filing));
            assert_eq!(filing.inverse().inverse(), filing);
        }
        assert_eq!(Folder::named("Inbox"), None);
        assert_eq!(Filing::named(""), None);
    }
}
