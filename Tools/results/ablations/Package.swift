// swift-tools-version: 6.2

import PackageDescription

/// The suppressor alone, whose mechanisms can be left out: `Tools/results/results ablations` copies this package to
/// `.build/ablations` with the sources that it names, and changes the copy.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "ablations",
    targets: [
        .target(name: "CVector"),
        .target(name: "DTMF", dependencies: ["CVector"], swiftSettings: settings),
        .target(name: "Suppression", dependencies: ["DTMF", "CVector"], swiftSettings: settings),
        .executableTarget(name: "Ablated", dependencies: ["DTMF", "Suppression"], swiftSettings: settings),
    ])
