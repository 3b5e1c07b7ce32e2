//! Which segments of a mailbox become one, so that they stay few: four of about one size become one of the next.

/// Most documents in a segment that was merged: it bounds what one merge reads, and what is indexed anew when one message is forgotten.
const MAX_DOCUMENTS: usize = 16_384;
/// How many of one size are too many.
const FEW: usize = 4;

/// Which of the segments with these numbers of documents to merge now: positions in `sizes`, or none.
///
/// Done until it answers none, a mailbox of n messages has O(log n) segments and one more for every 8 000 to 16 000 messages, and a document was
/// rewritten O(log n) times.
#[must_use]
pub fn to_merge(sizes: &[usize]) -> Vec<usize> {
    let mut by_size: Vec<usize> = (0..sizes.len()).collect();
    by_size.sort_unstable_by_key(|position| sizes[*position]);
    for same in by_size.chunk_by(|a, b| level(sizes[*a]) == level(sizes[*b])) {
        if same.len() < FEW {
            continue;
        }
        let mut total = 0;
        let fit = same.iter().copied().take_while(|position| {
            total += sizes[*position];
            total <= MAX_DOCUMENTS
        });
        let fit: Vec<usize> = fit.collect();
        if fit.len() > 1 {
            return fit;
        }
    }
    Vec::new()
}

fn level(documents: usize) -> u32 {
    documents.max(1).ilog(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds segments of `batch` documents until `all` are in; the sizes in the end, and how often a document was rewritten on average.
    fn grow(all: usize, batch: usize) -> (Vec<usize>, usize) {
        let (mut sizes, mut rewritten) = (Vec::new(), 0);
        for _ in 0..all / batch {
            sizes.push(batch);
            loop {
                let mut chosen = to_merge(&sizes);
                if chosen.is_empty() {
                    break;
                }
                chosen.sort_unstable();
                let merged = chosen
                    .into_iter()
                    .rev()
                    .map(|position| sizes.swap_remove(position))
                    .sum();
                assert!(merged <= MAX_DOCUMENTS);
                rewritten += merged;
                sizes.push(merged);
            }
        }
        assert_eq!(sizes.iter().sum::<usize>(), all / batch * batch);
        (sizes, rewritten / all)
    }

    #[test]
    fn segments_stay_few() {
        for (all, batch, most) in [
            (1, 1, 1),
            (1000, 1, 12),
            (10_000, 1, 15),
            (10_000, 256, 8),
            (100_000, 256, 24),
            (100_000, 1, 24),
        ] {
            let (sizes, rewritten) = grow(all, batch);
            assert!(sizes.len() <= most, "{all} in steps of {batch}: {sizes:?}");
            assert!(rewritten <= 16, "{all} in steps of {batch}: {rewritten}");
        }
        assert!(to_merge(&[]).is_empty());
        assert!(to_merge(&[usize::MAX / 8; 5]).is_empty());
    }
}
