import KafkaModel
import Testing

@testable import CommandLine
@testable import Reconciler

@Suite struct MirrorChoiceTests {
    /// A mirror topic in each state, named after it in small letters.
    private var link: LinkStatus {
        let topics = MirrorTopicState.allCases.map { state in
            TopicStatus(
                topic: "m.\(state.rawValue.lowercased())", sourceTopic: state.rawValue.lowercased(), state: state,
                stop: state == .stopped ? .promote : nil, isDeclared: true, sinceMs: 0, lagRecords: .known(0),
                lagMs: .known(0), partitions: [])
        }
        return LinkStatus(
            name: "l", source: "a", destination: "b", isDeclared: true, isToBeDeleted: false,
            sourceAnswers: .known(true), workerMode: .local, workersDeclared: 1, workers: .known([]), tasks: [],
            topics: topics)
    }

    @Test(arguments: [
        (
            MirrorDeed.promote,
            [
                "active", "failed", "initializing", "link_paused", "paused", "pending_stopped", "source_unavailable",
                "unknown",
            ]
        ),
        (
            .failover,
            [
                "active", "failed", "initializing", "link_paused", "paused", "pending_stopped", "source_unavailable",
                "unknown",
            ]
        ),
        (.pause, ["active", "failed", "initializing", "link_paused", "source_unavailable", "unknown"]),
        (.resume, ["paused"]),
    ])
    func `all of a link are those that the deed can concern`(_ deed: MirrorDeed, _ expected: [String]) {
        let choice = MirrorChoice(deed, names: nil, of: link)
        #expect(choice.acting == expected.map { "m.\($0)" })
        #expect(choice.settled.isEmpty && choice.refused.isEmpty)
    }

    @Test(arguments: [
        (
            MirrorDeed.promote, "m.stopped",
            "mirror topic m.stopped has already stopped mirroring from link l: it was promoted"
        ),
        (
            .failover, "m.stopped",
            "mirror topic m.stopped has already stopped mirroring from link l: it was promoted"
        ),
        (.pause, "m.paused", "mirror topic m.paused is PAUSED already"),
        (.resume, "m.active", "mirror topic m.active is not paused"),
        (
            .resume, "m.link_paused",
            "mirror topic m.link_paused is not paused itself; the whole link is: set its state to ACTIVE"
        ),
    ])
    func `what is as asked for is no failure`(_ deed: MirrorDeed, _ topic: String, _ sentence: String) {
        let choice = MirrorChoice(deed, names: [topic, topic], of: link)
        #expect(choice.settled == [.init(topic: topic, sentence: sentence)])
        #expect(choice.acting.isEmpty && choice.refused.isEmpty)
    }

    @Test func `an unknown name is refused, with the mirror's name where that of the source was given`() {
        let choice = MirrorChoice(.pause, names: ["active", "m.actve", "zzzzzzz", "m.active"], of: link)
        #expect(choice.acting == ["m.active"])
        #expect(
            choice.refused.map(\.sentence) == [
                "there is no mirror topic active on link l; the mirror of a/active is called m.active",
                "there is no mirror topic m.actve on link l; did you mean m.active?",
                "there is no mirror topic zzzzzzz on link l",
            ])
    }

    @Test func `what cannot be done any more is left to the plan to refuse`() {
        #expect(MirrorChoice(.pause, names: ["m.stopped"], of: link).acting == ["m.stopped"])
        #expect(MirrorChoice(.resume, names: ["m.stopped"], of: link).acting == ["m.stopped"])
    }
}
