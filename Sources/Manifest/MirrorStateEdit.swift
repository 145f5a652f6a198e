import Diagnostics
import KafkaModel
import YAMLDocument

/// A state that manifests shall declare for a mirror topic.
package struct MirrorStateChange: Hashable, Sendable {
    /// Name of the mirror topic on the destination.
    package var topic: String
    /// The state to declare.
    package var state: MirrorTopicSpec.State

    /// A topic with the state to declare.
    package init(topic: String, state: MirrorTopicSpec.State) {
        self.topic = topic
        self.state = state
    }
}

/// A manifest file before and after an edit.
package struct EditedFile: Hashable, Sendable {
    /// The file's name as it was read.
    package var name: String
    /// Its content as it is.
    package var before: [UInt8]
    /// Its content with the edit.
    package var after: [UInt8]
}

/// Edits the states of mirror topics in manifests by byte ranges, so that comments, order and style stay.
package enum MirrorStateEdit {
    /// The files that have to change so that each topic is declared in its state; nil when an edit by hand is needed.
    ///
    /// A topic without an entry, such as one that a filter selects, gets one at the end of the link's list. The result
    /// was loaded again: it declares exactly what was asked for, and nothing else differently.
    package static func edited(
        _ changes: [MirrorStateChange], of link: String, in inputs: [ManifestInput],
        readAttachment: (String) -> Result<[UInt8], FileProblem>
    ) -> [EditedFile]? {
        var editors = inputs.map { MirrorStateEditor($0, link: link) }
        var new: [MirrorStateChange] = []
        for change in changes {
            guard let index = editors.firstIndex(where: { $0.hasEntry(for: change.topic) }) else {
                new.append(change)
                continue
            }
            guard editors[index].set(change) else { return nil }
        }
        if !new.isEmpty {
            guard let home = editors.firstIndex(where: \.hasLink), editors[home].add(new) else { return nil }
        }
        let outputs = editors.map { ManifestInput(name: $0.input.name, bytes: $0.output) }
        return withoutActuallyEscaping(readAttachment) { read in
            let loader = ManifestLoader(readAttachment: read)
            guard let before = loader.load(inputs).desired, let after = loader.load(outputs).desired,
                declares(after, changes, of: link, otherwiseAs: before)
            else { return nil }
            return zip(inputs, outputs).filter { $0.bytes != $1.bytes }
                .map { EditedFile(name: $0.name, before: $0.bytes, after: $1.bytes) }
        }
    }

    private static func declares(
        _ after: DesiredState, _ changes: [MirrorStateChange], of link: String, otherwiseAs before: DesiredState
    ) -> Bool {
        var wanted = states(before)
        for change in changes { wanted[link, default: [:]][change.topic] = change.state }
        return states(after) == wanted && after.clusters.keys == before.clusters.keys
            && zip(after.links, before.links).allSatisfy { $0.settings == $1.settings && $0.state == $1.state }
    }

    private static func states(_ desired: DesiredState) -> [String: [String: MirrorTopicSpec.State]] {
        var states: [String: [String: MirrorTopicSpec.State]] = [:]
        for link in desired.links {
            states[link.name] = Dictionary(link.mirrorTopics.map { ($0.name, $0.state) }) { first, _ in first }
        }
        return states
    }
}
