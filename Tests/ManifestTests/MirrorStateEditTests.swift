import KafkaModel
import Testing

@testable import Manifest

/// States written into manifests without touching anything around them.
@Suite struct MirrorStateEditTests {
    private static let clusters = Sample.cluster("paris") + "---\n" + Sample.cluster("dublin")

    /// The link's file after the edit; nil when it needs a person.
    private func edited(
        _ spec: String, _ changes: [(String, MirrorTopicSpec.State)], set: String? = nil, attachments: [String] = []
    ) throws -> String? {
        var inputs = [ManifestInput(name: "c.yaml", bytes: Array(Self.clusters.utf8))]
        inputs.append(ManifestInput(name: "l.yaml", bytes: Array(spec.utf8)))
        if let set { inputs.append(ManifestInput(name: "s.yaml", bytes: Array(set.utf8))) }
        let files = MirrorStateEdit.edited(
            changes.map { MirrorStateChange(topic: $0.0, state: $0.1) }, of: "paris-to-dublin", in: inputs
        ) { _ in .failure(FileProblem("no such file")) }
        guard let files else { return nil }
        return files.map { String(decoding: $0.after, as: UTF8.self) }.joined(separator: "=====\n")
    }

    private func link(_ rest: String) -> String { Sample.link(rest) }

    @Test(
        arguments: [
            // A state that is there: only its word changes.
            (
                "mirrorTopics:\n  - {name: a, state: ACTIVE}  # keep\n  - name: b",
                "mirrorTopics:\n  - {name: a, state: PAUSED}  # keep\n  - name: b"
            ),
            ("mirrorTopics: [{name: a, state: \"active\"}]", "mirrorTopics: [{name: a, state: PAUSED}]"),
            (
                "mirrorTopics:\n  - state: ACTIVE # now\n    name: a\n# end",
                "mirrorTopics:\n  - state: PAUSED # now\n    name: a\n# end"
            ),
            // None there: it goes behind the name.
            ("mirrorTopics: [{name: a}, {name: b}]", "mirrorTopics: [{name: a, state: PAUSED}, {name: b}]"),
            (
                "mirrorTopics:\n  - {sourceTopicName: a, name: a}",
                "mirrorTopics:\n  - {sourceTopicName: a, name: a, state: PAUSED}"
            ),
            (
                "mirrorTopics:\n  # the first\n  - name: a  # why\n    sourceTopicName: a\n  - name: b",
                "mirrorTopics:\n  # the first\n  - name: a  # why\n    state: PAUSED\n    sourceTopicName: a\n  - name: b"
            ),
            // No entry: a new one at the end of the list, in the list's own style.
            ("mirrorTopics: [{name: b}]", "mirrorTopics: [{name: b}, {name: a, state: PAUSED}]"),
            ("mirrorTopics: []  # none", "mirrorTopics: [{name: a, state: PAUSED}]  # none"),
            ("mirrorTopics: [\n  {name: b},\n]", "mirrorTopics: [\n  {name: b}, {name: a, state: PAUSED},\n]"),
            (
                "mirrorTopics:\n- name: b\n  state: PAUSED  # stays\nworkers: {count: 2}",
                "mirrorTopics:\n- name: b\n  state: PAUSED  # stays\n- {name: a, state: PAUSED}\nworkers: {count: 2}"
            ),
            ("mirrorTopics:\nworkers: {count: 2}", "mirrorTopics:\n  - {name: a, state: PAUSED}\nworkers: {count: 2}"),
            ("mirrorTopics: ~", "mirrorTopics: \n  - {name: a, state: PAUSED}"),
            (
                "workers:\n  count: 2  # two",
                "workers:\n  count: 2  # two\nmirrorTopics:\n  - {name: a, state: PAUSED}"
            ),
            ("mirrorTopics: [{name: ä}]", nil),
            // What stands for several places is not touched.
            ("mirrorTopics:\n  - &one {name: a}\nworkers: *one", nil),
        ] as [(String, String?)])
    func `changes one state and nothing else`(_ before: String, _ after: String?) throws {
        let result = try edited(link(before), [("a", .paused)])
        #expect(result == after.map(link))
    }

    @Test func `edits entries of sets where they stand, and several at once`() throws {
        let set = "# ours\n" + Sample.set("linkRef: {name: paris-to-dublin}\nmirrorTopics:\n  - name: a\n  - name: b")
        let result = try #require(
            try edited(
                link("mirrorTopics: [{name: c}]"), [("a", .promoted), ("c", .failedOver), ("d", .paused)], set: set))
        #expect(
            result == link("mirrorTopics: [{name: c, state: FAILED_OVER}, {name: d, state: PAUSED}]") + "=====\n"
                + set.replacing("  - name: a\n", with: "  - name: a\n      state: PROMOTED\n"))
    }

    @Test func `keeps a byte order mark and Windows line ends`() throws {
        let before = "\u{FEFF}" + link("mirrorTopics:\n  - name: a\n  - name: b").replacing("\n", with: "\r\n")
        let after =
            "\u{FEFF}"
            + link("mirrorTopics:\n  - name: a\n    state: PAUSED\n  - name: b").replacing("\n", with: "\r\n")
        #expect(try edited(before, [("a", .paused)])?.utf8.elementsEqual(after.utf8) == true)
    }

    @Test func `gives up on what the result would not say`() throws {
        // The state comes from a merged mapping that others share, so the entry gets its own.
        let shared = "mirrorTopics:\n  - &base {name: b, state: ACTIVE}\n  - {<<: *base, name: a}"
        #expect(
            try edited(link(shared), [("a", .paused)])
                == link("mirrorTopics:\n  - &base {name: b, state: ACTIVE}\n  - {<<: *base, name: a, state: PAUSED}"))
        let anchored = "mirrorTopics:\n  - {name: a, state: &s ACTIVE}\n  - {name: b, state: *s}"
        #expect(try edited(link(anchored), [("a", .paused)]) == nil)
        #expect(try edited(link(anchored), [("b", .paused)]) == nil)
    }
}
