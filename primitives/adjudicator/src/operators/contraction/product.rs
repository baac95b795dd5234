//! Which order MLAS's single-precision matrix product uses for an element: a function of shapes, transposition, whether
//! the second matrix is packed ahead, and of how threads share the work.

use super::dot::{Fold, Order};

/// A matrix product `M x K` times `K x N`, as MLAS is called.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Rows of the result.
    pub m: u64,
    /// Columns of the result.
    pub n: u64,
    /// Length of a sum.
    pub k: u64,
    /// Whether the first matrix lies transposed in memory.
    pub trans_a: bool,
    /// Whether the second does.
    pub trans_b: bool,
    /// Distance of the second matrix' rows in memory.
    pub ldb: u64,
    /// Whether the second matrix was packed when the session was made (a constant).
    pub packed: bool,
    /// Whether alpha is 1 and beta 0 or 1: only then the kernels for vectors are used.
    pub plain: bool,
}

/// Products (of three sizes) per thread that MLAS wants before it uses another.
const THREAD_WORK: u128 = 65536;
/// Threads share columns in blocks of this many.
const COLUMN_BLOCK: u64 = 16;

impl Product {
    /// Order of the element at this row and column when `threads` threads share `batch` such products.
    pub fn order(&self, row: u64, column: u64, threads: u64, batch: u64) -> Order {
        if self.packed {
            return Order::Blocks(256);
        }
        let shares = threads_wanted(self.m, self.n, self.k, threads).div_ceil(batch.max(1));
        let (mut rows, mut columns) = ((0, self.m), (0, self.n));
        if self.n > self.m {
            let blocks = self.n.div_ceil(COLUMN_BLOCK);
            let (from, count) = share(column.checked_div(COLUMN_BLOCK).unwrap_or(0), blocks, shares.min(blocks));
            let from = from.saturating_mul(COLUMN_BLOCK);
            columns = (from, count.saturating_mul(COLUMN_BLOCK).min(self.n.saturating_sub(from)));
        } else {
            rows = share(row, self.m, shares.min(self.m));
        }
        self.order_in(rows, columns, row, column)
    }

    /// Order of the element at this row and column in the part of the product that starts at the first number and has
    /// the second's size, computed by one thread.
    fn order_in(&self, rows: (u64, u64), columns: (u64, u64), row: u64, column: u64) -> Order {
        if self.plain && rows.1 == 1 && !self.trans_a {
            return if self.trans_b {
                Order::Lanes(fold(column.saturating_sub(columns.0), columns.1))
            } else {
                Order::Rows
            };
        }
        // A column times: the same kernels with the operands exchanged, if both columns are contiguous.
        if self.plain && self.n == 1 && self.ldb == 1 {
            return if self.trans_a { Order::Rows } else { Order::Lanes(fold(row.saturating_sub(rows.0), rows.1)) };
        }
        Order::Blocks(block(columns.1, self.k, !self.trans_a))
    }
}

/// Threads that MLAS wants for a product of this size, at most `threads`.
pub fn threads_wanted(m: u64, n: u64, k: u64, threads: u64) -> u64 {
    let work = u128::from(m).saturating_mul(u128::from(n)).saturating_mul(u128::from(k)) / THREAD_WORK;
    u64::try_from(work).unwrap_or(u64::MAX).saturating_add(1).min(threads.max(1))
}

/// Length of a block for `n` columns: 128, doubled while the panel's width (128, halved, at least 16) is twice what is
/// needed.
pub fn block(n: u64, k: u64, may_widen: bool) -> usize {
    let (mut width, mut block) = (128u64, 128usize);
    if n < k && may_widen {
        while width > 16 && width >> 1 >= n {
            width >>= 1;
            block <<= 1;
        }
    }
    block
}

/// First and number of items of the share that holds `item`, of `parts` shares of `total` items; the first shares are
/// one larger.
pub fn share(item: u64, total: u64, parts: u64) -> (u64, u64) {
    let (Some(size), Some(extra)) = (total.checked_div(parts), total.checked_rem(parts)) else {
        return (0, total);
    };
    let large = size.saturating_add(1);
    let border = large.saturating_mul(extra);
    if item < border {
        let which = item.checked_div(large).unwrap_or(0);
        (which.saturating_mul(large), large)
    } else {
        let which = item.saturating_sub(border).checked_div(size).unwrap_or(0);
        (border.saturating_add(which.saturating_mul(size)), size)
    }
}

/// How the kernel for a row times a transposed matrix folds column `column` of `columns`: four at a time, a last pair,
/// a last single one.
fn fold(column: u64, columns: u64) -> Fold {
    let whole = columns & !3;
    match column {
        c if c < whole => Fold::Quad,
        c if columns & 2 != 0 && c < whole.saturating_add(2) => Fold::Pair,
        _ => Fold::Single,
    }
}

/// Length of a block of MLAS's double-precision product: 128, doubled while the panel's width (64, halved, at least 16)
/// is twice what the thread's columns need.
pub fn block_f64(m: u64, n: u64, k: u64, column: u64, threads: u64, may_widen: bool) -> usize {
    let shares = threads_wanted(m, n, k, threads);
    let mut columns = n;
    if n > m {
        let blocks = n.div_ceil(8);
        let (from, count) = share(column >> 3, blocks, shares.min(blocks));
        columns = count.saturating_mul(8).min(n.saturating_sub(from.saturating_mul(8)));
    }
    let (mut width, mut block) = (64u64, 128usize);
    if columns < k && may_widen {
        while width > 16 && width >> 1 >= columns {
            width >>= 1;
            block <<= 1;
        }
    }
    block
}
