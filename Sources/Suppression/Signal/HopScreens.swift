internal import CVector

/// The limits by which a kernel tells hops that hold nothing: those of the parts that would look at them.
enum HopScreens {
    static func make(hop: Int) -> tonewall_screens {
        tonewall_screens(
            hop: hop, pair_energy: OnsetDetector.leastEnergy, pair_power: OnsetDetector.leastPairPower,
            pair_share: PairFeatures.Threshold.share, low_over_high: PairFeatures.Threshold.lowOverHigh,
            high_over_low: PairFeatures.Threshold.highOverLow, floor: PairFeatures.floor,
            burst_rise: FragmentDetector.Threshold.rise, burst_power: FragmentDetector.Threshold.leastPower,
            receiver_power: TalkOffGuard.leastPower, drive: TalkOffGuard.drive,
            longest_receiver: TalkOffGuard.longestHops, block: TwoBlockReceiver.block.limits,
            receivers: (ReceiverModel.all[0].limits, ReceiverModel.all[1].limits))
    }
}

extension ReceiverModel {
    fileprivate var limits: tonewall_receiver {
        tonewall_receiver(hops: hops, share: share.asked, twist: twist.asked, rival: rival)
    }
}
