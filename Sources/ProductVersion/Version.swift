/// The version of Tonewall.
package enum Version {
    /// The version number (semver.org). The changelog lists the changes of each version.
    package static let number = "0.2.0"

    /// `0.2.0 (a5892b1c04, 2026-11-29)`: the version, the commit that was built and its date.
    package static let line = "\(number) (\(BuiltSource.commit), \(BuiltSource.date))"
}
