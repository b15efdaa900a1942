/// Systems of linear equations.
package enum LinearSystem {
    /// Solves a positive definite system by Gauss–Jordan elimination.
    ///
    /// Row k holds the coefficients of equation k, then its right sides. The coefficients become the identity, and the
    /// right sides become the solution.
    @inlinable
    package static func solve<Row: SIMD>(_ rows: inout [Row]) where Row.Scalar == Double {
        for pivot in rows.indices {
            rows[pivot] /= rows[pivot][pivot]
            for row in rows.indices where row != pivot { rows[row] -= rows[pivot] * rows[row][pivot] }
        }
    }
}
