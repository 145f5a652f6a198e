import KafkaModel
import Reconciler

/// Which mirror topics a deed concerns: pure, from what was asked for and what is there.
struct MirrorChoice: Hashable {
    /// Topics to act on, by name.
    var acting: [String] = []
    /// Topics that are as asked for already, each with the sentence for people.
    var settled: [Outcome] = []
    /// Topics that cannot be acted on, each with the sentence for people.
    var refused: [Outcome] = []

    /// A topic and a sentence about it.
    struct Outcome: Hashable {
        var topic: String
        var sentence: String
    }

    /// Chooses among the mirror topics of a link.
    ///
    /// - Parameter names: names of mirror topics; nil for all that the deed can concern.
    init(_ deed: MirrorDeed, names: [String]?, of link: LinkStatus) {
        let known = Dictionary(link.topics.map { ($0.topic, $0) }) { first, _ in first }
        guard let names else {
            acting = link.topics.filter { Self.isConcerned($0, by: deed) }.map(\.topic).sorted()
            return
        }
        for name in Set(names).sorted() {
            guard let topic = known[name] else {
                refused.append(Outcome(topic: name, sentence: Self.unknown(name, link)))
                continue
            }
            if topic.state == .pendingMirror, deed == .pause || deed == .resume {
                refused.append(
                    Outcome(topic: name, sentence: "mirror topic \(name) is not made to its end yet; apply first"))
            } else if let sentence = Self.settled(topic, deed, link) {
                settled.append(Outcome(topic: name, sentence: sentence))
            } else {
                acting.append(name)
            }
        }
    }

    /// Whether "all of the link" means this topic, too.
    private static func isConcerned(_ topic: TopicStatus, by deed: MirrorDeed) -> Bool {
        switch (deed, topic.state) {
        case (_, .stopped), (_, .pendingMirror): false
        case (.promote, _), (.failover, _): true
        case (.pause, .paused), (.pause, .pendingStopped): false
        case (.pause, _): true
        case (.resume, .paused): true
        case (.resume, _): false
        }
    }

    private static func settled(_ topic: TopicStatus, _ deed: MirrorDeed, _ link: LinkStatus) -> String? {
        switch (deed, topic.state) {
        case (.promote, .stopped), (.failover, .stopped):
            let how = topic.stop == .promote ? "promoted" : "failed over"
            return "mirror topic \(topic.topic) has already stopped mirroring from link \(link.name): it was \(how)"
        case (.pause, .paused): return "mirror topic \(topic.topic) is PAUSED already"
        case (.resume, .linkPaused):
            return "mirror topic \(topic.topic) is not paused itself; the whole link is: set its state to ACTIVE"
        case (.resume, .paused), (.resume, .stopped), (.resume, .pendingStopped), (.resume, .pendingMirror):
            return nil
        case (.resume, _): return "mirror topic \(topic.topic) is not paused"
        default: return nil
        }
    }

    private static func unknown(_ name: String, _ link: LinkStatus) -> String {
        let sentence = "there is no mirror topic \(name) on link \(link.name)"
        if let mirror = link.topics.first(where: { $0.sourceTopic == name }) {
            return "\(sentence); the mirror of \(link.source)/\(name) is called \(mirror.topic)"
        }
        let hint = Suggestion.hint(for: name, among: link.topics.map(\.topic))
        return hint.map { "\(sentence); \($0)" } ?? sentence
    }
}
