import EventLoop
import KafkaModel

/// Batches that nobody knows the fate of: those whose answer was lost, and those of earlier owners of a partition.
///
/// The broker takes such a batch as long as its sequence is free. One whose answer was lost is dropped here with its
/// connection; what is left of it are segments on the network and a request that the broker has read but not dealt
/// with. An earlier owner gives up at the latest when its last request times out. `MirrorOptions.quietMs` outlasts all
/// of these. The broker may also stand still itself: the time counts from when it last left a question unanswered.
extension MirrorEngine {
    /// Notes that a batch of this partition may be on its way, unanswered.
    func noteLate(_ pump: PartitionPump) {
        let until = ContinuousClock.now + .milliseconds(options.quietMs)
        if pumps[pump.mirror] === pump { pump.quietUntil = until } else { delayQuiet(until) }
    }

    /// Keeps what is known of a pump that is let go for those that follow it.
    func keepLate(_ pump: PartitionPump) {
        if let until = pump.quietUntil { delayQuiet(until) }
    }

    private func delayQuiet(_ until: ContinuousClock.Instant) {
        quietUntil = max(quietUntil ?? until, until)
    }

    /// Whether nothing that was sent to the partition unanswered can arrive any more.
    func isQuiet(_ pump: PartitionPump) -> Bool { quietEnd(pump) <= .now }

    private func quietEnd(_ pump: PartitionPump) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        return max(pump.quietUntil ?? now, quietUntil ?? now)
    }

    /// Waits until nothing can arrive any more; true when that took time, so that what was read before is too old.
    func waitForLateBatches(_ pump: PartitionPump) async throws(ProbeFailure) -> Bool {
        guard !isQuiet(pump) else { return false }
        pump.waitsForQuiet = true
        await loop.pause(ContinuousClock.now.duration(to: quietEnd(pump)))
        pump.waitsForQuiet = false
        // A wait that was broken off proves nothing.
        guard isQuiet(pump) else { throw .wait(Self.waitsForQuiet, isSource: false) }
        return true
    }

    /// What people read while a partition waits.
    static let waitsForQuiet =
        "the answer to a batch was lost, or the partition was taken over from another worker: waiting until no such batch "
        + "can arrive any more"
}
