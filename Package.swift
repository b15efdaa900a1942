// swift-tools-version: 6.3
// SPDX-License-Identifier: MIT
import PackageDescription

/// Language settings that every target of the package shares.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Signal processing is compiled with optimisation in debug builds too, so that tests over hours of audio stay quick;
/// so is the payment session, for its 100,000 random walks, and what reads from networks, for its mutants.
let signalSettings = settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// The Swift runtime and Foundation are part of the released command: as libraries they are a third of the time that it
/// takes to begin, which a pipe hears as lag.
let runtimeInside: [SwiftSetting] = [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]
/// What networking in a dependency needs is named here, since the command itself imports none; `lld` does not warn of
/// what Foundation calls.
let runtimeLinkedIn: [LinkerSetting] = [
    .unsafeFlags(["-static-stdlib", "-use-ld=lld", "-l_CFURLSessionInterface"], .when(configuration: .release))
]

/// A command that imports of Foundation only what a dependency needs must name what that is made of.
let essentialsLinkedIn: [LinkerSetting] = [
    .unsafeFlags(["-l_FoundationCollections", "-l_FoundationCShims"], .when(configuration: .release))
]

/// Functions of libraries are resolved before the command begins. Resolving one at its first call saves the registers
/// to the stack, with whatever digits were just copied through them.
let resolvedFirst: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "-z", "-Xlinker", "now"])]

let package = Package(
    name: "tonewall",
    products: [
        .executable(name: "tonewall", targets: ["tonewall"]),
        .executable(name: "tonewalld", targets: ["tonewalld"]),
    ],
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // System libraries.
        .systemLibrary(name: "CALSA", pkgConfig: "alsa", providers: [.apt(["libasound2-dev"])]),
        .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
        .systemLibrary(name: "CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CFileCalls"),
        .systemLibrary(name: "CProcess"),

        // Blocks of the heap are wiped as they are given back, in the process of a payment.
        .target(name: "CWipingHeap"),

        // The version, stamped with the commit that is built.
        .target(name: "ProductVersion", swiftSettings: settings, plugins: ["StampVersion"]),

        // Texts and amounts, which know of nothing else, and what pure modules take from others.
        .target(name: "TextFormats", swiftSettings: signalSettings),
        // What went wrong: a code, words, what to do, an exit status.
        .target(name: "Failures", swiftSettings: settings),
        .target(name: "Currencies", dependencies: ["Failures", "TextFormats"], swiftSettings: settings),
        .target(name: "SecretProtocols", swiftSettings: signalSettings),
        .target(name: "LineControl", swiftSettings: signalSettings),

        // Secrets in memory, and what is computed under a key.
        .target(
            name: "Secrets",
            dependencies: ["CCrypto", "CProcess", "CWipingHeap", "Failures", "SecretProtocols", "TextFormats"],
            swiftSettings: settings),

        // Tones.
        .target(name: "CVector"),
        .target(name: "DTMF", dependencies: ["CVector"], swiftSettings: signalSettings),
        .target(name: "Suppression", dependencies: ["DTMF", "CVector"], swiftSettings: signalSettings),

        .target(
            name: "Codecs", dependencies: ["CVector", "Failures", "TextFormats"], swiftSettings: signalSettings),
        .target(
            name: "StreamSuppression", dependencies: ["Codecs", "DTMF", "Suppression"], swiftSettings: signalSettings),

        // A call's media, wherever its legs come from and go to.
        .target(
            name: "MediaCore", dependencies: ["DTMF", "LineControl", "Suppression"], swiftSettings: signalSettings),

        // The edges.
        .target(name: "AtomicFiles", dependencies: ["CFileCalls", "Failures", "TextFormats"], swiftSettings: settings),
        .target(name: "CChildProcess"),
        .target(name: "ProcessIO", dependencies: ["AtomicFiles", "Failures"], swiftSettings: settings),
        .target(
            name: "AudioIO",
            dependencies: ["AtomicFiles", "CChildProcess", "Codecs", "CSndfile", "Failures"],
            swiftSettings: signalSettings),
        .target(
            name: "ALSAMedia",
            dependencies: ["Suppression", "TextFormats", "Failures", "AtomicFiles", "CALSA", "Codecs", "MediaCore"],
            swiftSettings: signalSettings),
        .target(
            name: "Verification", dependencies: ["CFFTW", "CPNG", "TextFormats"], swiftSettings: signalSettings),
        .target(
            name: "Archive",
            dependencies: [
                "AtomicFiles", "AudioIO", "Codecs", "Failures", "Secrets", "TextFormats", "Verification",
            ],
            swiftSettings: settings),

        // The trunk.
        .target(name: "NGControl", dependencies: ["TextFormats"], swiftSettings: signalSettings),
        .target(name: "SessionDescription", dependencies: ["TextFormats"], swiftSettings: signalSettings),
        .target(name: "RTPPackets", dependencies: ["DTMF"], swiftSettings: signalSettings),
        .target(
            name: "RTPStreams", dependencies: ["Codecs", "DTMF", "MediaCore", "RTPPackets", "Suppression"],
            swiftSettings: signalSettings),
        .systemLibrary(name: "CDatagrams"),
        .target(
            name: "RTPMedia", dependencies: ["CDatagrams", "MediaCore", "RTPPackets", "RTPStreams", "Suppression"],
            swiftSettings: signalSettings),
        .target(
            name: "TrunkRelay",
            dependencies: ["Codecs", "NGControl", "RTPMedia", "RTPStreams", "SessionDescription"],
            swiftSettings: settings),

        // The payment.
        .target(
            name: "PaymentSession", dependencies: ["Currencies", "DTMF", "LineControl", "SecretProtocols"],
            swiftSettings: signalSettings),
        .target(name: "CurlClient", dependencies: ["CCurl", "Secrets"], swiftSettings: settings),
        .target(
            name: "Gateway", dependencies: ["SecretProtocols", "Failures", "PaymentSession"], swiftSettings: settings),
        .target(
            name: "GatewayHTTP",
            dependencies: ["CurlClient", "Gateway", "PaymentSession", "Secrets", "TextFormats"],
            swiftSettings: settings),
        .target(
            name: "StripeGateway",
            dependencies: ["Currencies", "CurlClient", "Gateway", "GatewayHTTP", "PaymentSession"],
            swiftSettings: settings),
        .target(
            name: "MockGateway",
            dependencies: [
                "Failures",
                "AtomicFiles", "Currencies", "CurlClient", "Secrets", "TextFormats",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "Ledger",
            dependencies: ["Failures", "Currencies", "PaymentSession", "Gateway", "SecretProtocols", "TextFormats"],
            swiftSettings: settings),
        .target(
            name: "LedgerHost", dependencies: ["Failures", "AtomicFiles", "Ledger", "Secrets", "TextFormats"],
            swiftSettings: settings),
        .target(
            name: "LedgerSQLite",
            dependencies: [
                "AtomicFiles", "Ledger", "LedgerHost", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "KeypadProfiles",
            dependencies: ["Failures", "DTMF", "PaymentSession", .product(name: "Yams", package: "Yams")],
            swiftSettings: signalSettings),

        .target(
            name: "CallControl",
            dependencies: [
                "Verification", "Failures",
                "AtomicFiles", "Codecs", "TextFormats", "Currencies", "DTMF", "Suppression", "AudioIO",
                "PaymentSession",
                "Gateway", "Ledger", "LineControl", "MediaCore", "SecretProtocols", "Secrets",
            ],
            swiftSettings: settings),

        .target(
            name: "PaymentSetup",
            dependencies: [
                "AtomicFiles", "AudioIO", "CallControl", "Currencies", "CurlClient", "Failures", "Gateway",
                "GatewayHTTP",
                "KeypadProfiles", "Ledger", "LedgerHost", "LedgerSQLite", "MockGateway", "PaymentSession", "Secrets",
                "StripeGateway",
            ],
            swiftSettings: settings),
        .target(
            name: "BackOffice",
            dependencies: [
                "SecretProtocols", "AtomicFiles", "Currencies", "Failures", "Gateway", "Ledger", "PaymentSession",
                "TextFormats",
            ],
            swiftSettings: settings),

        .target(
            name: "Redaction",
            dependencies: [
                "Archive", "AtomicFiles", "AudioIO", "Codecs", "Failures", "TextFormats", "Verification", "Suppression",
                "StreamSuppression", "CFileCalls", "CSndfile", "DTMF", "Recordings",
            ],
            swiftSettings: settings),

        .target(
            name: "Recordings",
            dependencies: [
                "AtomicFiles", "AudioIO", "Codecs", "DTMF", "Failures", "StreamSuppression", "Suppression",
                "TextFormats",
            ],
            swiftSettings: signalSettings),

        // The command.
        .executableTarget(
            name: "tonewall",
            dependencies: [
                "ALSAMedia", "Archive", "AtomicFiles", "AudioIO", "BackOffice", "CallControl", "Codecs",
                "CurlClient", "DTMF", "Failures", "KeypadProfiles", "Ledger", "LedgerHost", "MockGateway",
                "PaymentSession", "PaymentSetup", "ProcessIO", "ProductVersion", "Recordings", "Redaction", "Secrets",
                "StreamSuppression", "Suppression", "TextFormats",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings + runtimeInside,
            linkerSettings: runtimeLinkedIn + resolvedFirst),
        // The server.
        .executableTarget(
            name: "tonewalld",
            dependencies: [
                "ProductVersion", "RTPMedia", "TrunkRelay",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings + runtimeInside,
            linkerSettings: runtimeLinkedIn + essentialsLinkedIn + resolvedFirst),
        .plugin(name: "StampVersion", capability: .buildTool(), path: "Tools/version", exclude: ["stamp"]),

        // Benchmarks.
        .executableTarget(
            name: "DetectorBench", dependencies: ["DTMF"], path: "Tools/bench/DetectorBench", swiftSettings: settings),
        .executableTarget(
            name: "PaymentBench",
            dependencies: [
                "CallControl", "DTMF", "Gateway", "Ledger", "LedgerSQLite", "PaymentSession", "StripeGateway",
                "TextFormats",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], path: "Tools/bench/PaymentBench", swiftSettings: settings),
        .executableTarget(
            name: "FeatureProbe", dependencies: ["Suppression"], path: "Tools/train/FeatureProbe",
            swiftSettings: signalSettings),
        .executableTarget(
            name: "RelayBench", dependencies: ["CDatagrams", "Codecs", "NGControl", "RTPMedia", "SessionDescription"],
            path: "Tools/bench/RelayBench", swiftSettings: settings),
        .executableTarget(
            name: "SuppressorBench", dependencies: ["Suppression", "DTMF"], path: "Tools/bench/SuppressorBench",
            swiftSettings: settings),

        // Tests mirror Sources.
        .target(name: "Support", dependencies: ["DTMF"], path: "Tests/Support", swiftSettings: signalSettings),
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        .executableTarget(
            name: "redaction-child", dependencies: ["AtomicFiles", "Redaction"], path: "Tests/RedactionChild",
            swiftSettings: settings),
        .target(
            name: "MediaSimulation", dependencies: ["MediaCore"], path: "Tests/MediaSimulation", swiftSettings: settings
        ),
        .testTarget(
            name: "MediaCoreTests",
            dependencies: [
                "CAllocations", "DTMF", "LineControl", "MediaCore", "MediaSimulation", "Support", "Suppression",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ALSAMediaTests", dependencies: ["ALSAMedia", "Codecs", "Failures", "MediaCore", "Suppression"],
            swiftSettings: settings),
        .testTarget(
            name: "CurlClientTests", dependencies: ["CurlClient", "Secrets", "Support"], swiftSettings: settings),
        .testTarget(
            name: "CallControlTests",
            dependencies: [
                "AtomicFiles", "AudioIO", "CallControl", "Codecs", "CurlClient", "Currencies", "DTMF", "Failures",
                "Gateway", "Ledger", "LedgerSQLite", "LineControl", "MediaCore", "MediaSimulation", "MockGateway",
                "PaymentSession", "Secrets", "Support",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PaymentSessionTests",
            dependencies: ["DTMF", "LineControl", "PaymentSession", "SecretProtocols", "Support"],
            swiftSettings: signalSettings),
        .testTarget(
            name: "KeypadProfilesTests", dependencies: ["DTMF", "KeypadProfiles", "PaymentSession", "Support"],
            swiftSettings: settings),
        .testTarget(name: "CodecsTests", dependencies: ["Codecs", "Failures", "Support"], swiftSettings: settings),
        .testTarget(
            name: "StreamSuppressionTests", dependencies: ["Codecs", "StreamSuppression", "Support"],
            swiftSettings: settings),
        .testTarget(
            name: "SecretsTests", dependencies: ["SecretProtocols", "Secrets", "Support"], swiftSettings: settings),
        .testTarget(
            name: "RTPPacketsTests", dependencies: ["DTMF", "RTPPackets", "Support"], swiftSettings: settings),
        .testTarget(
            name: "RTPStreamsTests",
            dependencies: ["CAllocations", "Codecs", "DTMF", "RTPPackets", "RTPStreams", "Support", "Suppression"],
            swiftSettings: settings),
        .testTarget(name: "RTPMediaTests", dependencies: ["RTPMedia"], swiftSettings: settings),
        .testTarget(
            name: "TrunkRelayTests",
            dependencies: ["NGControl", "RTPMedia", "SessionDescription", "Support", "TrunkRelay"],
            swiftSettings: settings),
        .testTarget(name: "NGControlTests", dependencies: ["NGControl", "Support"], swiftSettings: settings),
        .testTarget(
            name: "SessionDescriptionTests", dependencies: ["SessionDescription", "Support"], swiftSettings: settings),
        .testTarget(name: "TextFormatsTests", dependencies: ["TextFormats", "Support"], swiftSettings: settings),
        .testTarget(name: "FailuresTests", swiftSettings: settings),
        .testTarget(
            name: "BackOfficeTests",
            dependencies: ["BackOffice", "Failures", "Gateway", "Ledger", "PaymentSession", "Secrets"],
            swiftSettings: settings),
        .testTarget(
            name: "PaymentSetupTests",
            dependencies: [
                "CallControl", "Failures", "Gateway", "Ledger", "PaymentSession", "PaymentSetup", "Support",
            ], swiftSettings: settings),
        .testTarget(
            name: "LedgerHostTests", dependencies: ["Failures", "Ledger", "LedgerHost", "Support"],
            swiftSettings: settings),
        .testTarget(
            name: "ProcessIOTests", dependencies: ["Failures", "ProcessIO"], swiftSettings: settings),
        .testTarget(name: "CurrenciesTests", dependencies: ["Currencies", "Support"], swiftSettings: settings),
        .testTarget(
            name: "AtomicFilesTests", dependencies: ["AtomicFiles", "AudioIO", "Failures", "Support"],
            swiftSettings: settings),
        .testTarget(
            name: "AudioIOTests", dependencies: ["AudioIO", "Codecs", "Failures", "Support"], swiftSettings: settings),
        .testTarget(
            name: "CommandTests", dependencies: ["tonewall", "AudioIO", "Codecs", "DTMF", "Support"],
            swiftSettings: settings),
        .testTarget(
            name: "GatewayHTTPTests",
            dependencies: ["CurlClient", "DTMF", "Gateway", "GatewayHTTP", "PaymentSession", "Secrets", "Support"],
            swiftSettings: settings),
        .testTarget(
            name: "StripeGatewayTests",
            dependencies: [
                "CurlClient", "Currencies", "DTMF", "Gateway", "GatewayHTTP", "MockGateway", "PaymentSession",
                "Secrets", "StripeGateway", "Support",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MockGatewayTests",
            dependencies: [
                "CurlClient", "MockGateway", "Secrets", "Support", "tonewall",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "CallControl", "CurlClient", "DTMF", "Gateway", "Ledger", "LedgerHost", "LedgerSQLite",
                "MockGateway", "PaymentBench",
                "PaymentSession", "Secrets", "StripeGateway", "Support", "tonewall",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "RecordingsTests",
            dependencies: ["AudioIO", "Codecs", "DTMF", "Failures", "Recordings", "Support", "Suppression"],
            swiftSettings: settings),
        .testTarget(name: "VerificationTests", dependencies: ["Verification", "Support"], swiftSettings: settings),
        .testTarget(
            name: "ArchiveTests", dependencies: ["Archive", "AudioIO", "Failures", "Verification", "Support"],
            swiftSettings: settings),
        .testTarget(
            name: "RedactionTests",
            dependencies: [
                "Archive", "AtomicFiles", "AudioIO", "Codecs", "Failures", "Redaction", "Support", "Verification",
                "redaction-child",
                "tonewall",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SuppressionTests",
            dependencies: ["CAllocations", "DTMF", "FeatureProbe", "Secrets", "Support", "Suppression"],
            swiftSettings: signalSettings),
        .testTarget(
            name: "DTMFTests", dependencies: ["CAllocations", "CVector", "DTMF", "Support"],
            swiftSettings: signalSettings),
    ],
    swiftLanguageModes: [.v6]
)
