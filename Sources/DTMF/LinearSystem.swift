/// Systems of linear equations.
package enum LinearSystem {
    /// Solves a positive definite system by Gauss–Jordan elimination.
    ///
    /// Row k holds the coefficients of equation k, then its right-hand sides, and zeros. The coefficients become the
    /// identity, and the right-hand sides become the solution. The row type is concrete: a generic call from another
    /// module would not be specialised, and would allocate on the audio path.
    package static func solve(_ rows: inout [SIMD16<Double>]) {
        for pivot in rows.indices {
            rows[pivot] /= rows[pivot][pivot]
            for row in rows.indices where row != pivot { rows[row] -= rows[pivot] * rows[row][pivot] }
        }
    }
}
