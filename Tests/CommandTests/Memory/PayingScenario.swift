import Foundation
import Testing

/// A payment whose process is looked into, and what happens before.
struct PayingScenario: CustomTestStringConvertible, Sendable {
    /// What takes the payment.
    enum Taker: Sendable {
        /// `pay FILE`, with every file that it can leave.
        case file
        /// `pay -`, whose pipe stays open.
        case pipe
        /// `live`, recorded or not.
        case live(isRecorded: Bool)
    }

    /// Where payments go.
    enum Place: Sendable {
        case mock(faults: String)
        /// Takes requests and never answers.
        case silent
        /// As `silent`, over TLS.
        case encrypted
    }

    var testDescription: String
    var taker: Taker
    var place = Place.silent
    var number = "371449635398431"
    var code = "8968"
    /// Keys of the entry's end that are not pressed.
    var missing = 0
    var rate = 8000
    /// Whether the agent cancels half a second after the last key, which is before the answer.
    var isCancelled = false
    /// Whether the caller hangs up after the last key; in `live` the agent quits.
    var isHungUp = false
    /// Seconds of the call after the last key.
    var tail = 2.0
    /// How the payment ends; `nil` if the gateway is being asked as its process is looked into.
    var outcome: String?

    var keys: String { String("\(number)*1230*\(code)*".dropLast(missing)) }
}

extension PayingScenario {
    private static let mock = Place.mock(faults: "")

    /// Looked into at every run.
    static let always = [
        PayingScenario(testDescription: "pay FILE, the gateway is silent", taker: .file),
        PayingScenario(testDescription: "pay -, the gateway is silent", taker: .pipe),
        PayingScenario(testDescription: "pay -, TLS", taker: .pipe, place: .encrypted),
        PayingScenario(testDescription: "pay -, approved", taker: .pipe, place: mock, outcome: "approved"),
        PayingScenario(
            testDescription: "pay -, cancelled mid-entry", taker: .pipe, place: mock, missing: 2, isCancelled: true,
            outcome: "cancelled"),
        PayingScenario(
            testDescription: "pay -, hung up mid-entry", taker: .pipe, missing: 2, isHungUp: true, outcome: "hung-up"),
        PayingScenario(testDescription: "live, the gateway is silent", taker: .live(isRecorded: true)),
        PayingScenario(
            testDescription: "live, approved", taker: .live(isRecorded: true), place: mock, outcome: "approved"),
    ]

    /// Looked into where `TONEWALL_MEMORY_ENDINGS` is set.
    static let wider = [
        PayingScenario(
            testDescription: "pay FILE, approved", taker: .file, place: mock, tail: 300, outcome: "approved"),
        PayingScenario(
            testDescription: "pay FILE, declined", taker: .file, place: mock, number: "4000000000009987", code: "739",
            tail: 300, outcome: "declined"),
        PayingScenario(
            testDescription: "pay FILE, timed out mid-entry", taker: .file, place: mock, missing: 2, tail: 600,
            outcome: "timed-out"),
        PayingScenario(testDescription: "pay FILE, TLS", taker: .file, place: .encrypted),
        PayingScenario(
            testDescription: "pay FILE, hung up mid-entry", taker: .file, missing: 2, isHungUp: true, outcome: "hung-up"
        ),
        PayingScenario(testDescription: "pay FILE at 16 kHz", taker: .file, rate: 16_000),
        PayingScenario(
            testDescription: "pay -, cancelled while the gateway is asked", taker: .pipe,
            place: .mock(faults: "late-reply=1*1"), isCancelled: true, tail: 5, outcome: "voided"),
        PayingScenario(
            testDescription: "live, cancelled mid-entry", taker: .live(isRecorded: true), place: mock, missing: 2,
            isCancelled: true, outcome: "cancelled"),
        PayingScenario(
            testDescription: "live, cancelled while the gateway is asked", taker: .live(isRecorded: false),
            place: .mock(faults: "late-reply=2*1"), isCancelled: true, outcome: "voided"),
        PayingScenario(
            testDescription: "live, declined", taker: .live(isRecorded: false), place: mock,
            number: "4000000000009987", code: "739", outcome: "declined"),
        PayingScenario(
            testDescription: "live, quit mid-entry", taker: .live(isRecorded: true), missing: 2, isHungUp: true,
            outcome: "hung-up"),
        PayingScenario(
            testDescription: "live without a recording, TLS", taker: .live(isRecorded: false), place: .encrypted),
    ]

    static var chosen: [PayingScenario] {
        ProcessInfo.processInfo.environment["TONEWALL_MEMORY_ENDINGS"] == nil ? always : always + wider
    }
}
