import Foundation
import TestSupport
import Testing

/// Manifests that are wrong: exit code 65, the place, and what to do, before any cluster is asked.
@Suite struct BadManifests {
    private func plan(_ files: [String: String]) async throws -> (CommandRun, TemporaryDirectory) {
        let folder = try TemporaryDirectory("bad")
        for (name, text) in files { try folder.write("m/\(name)", text) }
        let run = try await CommandRun.run([lockstepExecutable, "plan", "-f", "m"], directory: folder.path)
        return (run, folder)
    }

    private static let clusters = TwoClusters.clusters("127.0.0.1:1", "127.0.0.1:2")

    @Test(arguments: [
        (
            "unknown key", TwoClusters.link("mirorTopics: []"),
            """
            m/l.yaml:8:3: error[K014]: unknown key "mirorTopics" in spec
                8 |   mirorTopics: []
                  |   ^~~~~~~~~~~ did you mean "mirrorTopics"?
            """
        ),
        (
            "duplicate key", TwoClusters.link("state: ACTIVE\nstate: PAUSED"),
            """
            m/l.yaml:9:3: error[K007]: key "state" stands twice in the same mapping
                9 |   state: PAUSED
                  |   ^~~~~ remove one of them
                  also see m/l.yaml:8:3 (the first one)
            """
        ),
        (
            "wrong type", TwoClusters.link("mirrorTopics: all"),
            """
            m/l.yaml:8:17: error[K012]: spec.mirrorTopics must be a list, not "all"
                8 |   mirrorTopics: all
                  |                 ^~~ write each element on a line of its own, after "- "
            """
        ),
        (
            "missing reference",
            TwoClusters.link("state: ACTIVE").replacingOccurrences(of: "{name: b}", with: "{name: c}"),
            """
            m/l.yaml:6:48: error[K024]: there is no Cluster "c"
                6 |   destinationKafkaCluster: {clusterRef: {name: c}}
                  |                                                ^ did you mean "a"?
                  Declared: a, b.
            """
        ),
        (
            "same mirror topic twice", TwoClusters.link("mirrorTopics:\n  - name: t\n  - name: t"),
            """
            m/l.yaml:10:13: error[K032]: mirror topic "t" on cluster "b" is declared twice
               10 |     - name: t
                  |             ^ remove one of the entries
                  also see m/l.yaml:9:13 (the first one)
            """
        ),
    ])
    func `are refused with place and remedy`(_ title: String, _ link: String, _ expected: String) async throws {
        let (run, _) = try await plan(["clusters.yaml": Self.clusters, "l.yaml": link])
        #expect(run.exitCode == 65)
        #expect(run.output == "")
        #expect(
            run.errorOutput == expected
                + "\nlockstep: the manifests are invalid. Invalid: 1 error in 2 files.\n")
    }

    @Test func `an empty folder is an error, never an instruction to do nothing`() async throws {
        let (run, _) = try await plan(["note.txt": "nothing"])
        #expect(run.exitCode == 65)
        #expect(
            run.errorOutput == """
                error[K001]: no manifests (*.yaml, *.yml) in the folder "m"
                      nothing is changed; is it the right folder?
                lockstep: the manifests are invalid. Invalid: 1 error in 0 files.

                """)
    }

    @Test func `a binary file is named, not shown`() async throws {
        let folder = try TemporaryDirectory("bad")
        try folder.write("m/clusters.yaml", Self.clusters)
        let noise = Data([0x7f, 0x45, 0x4c, 0x46, 0, 1, 0xff, 0xfe, 0x1b, 0x5b, 0x32, 0x4a])
        try noise.write(to: URL(fileURLWithPath: folder.file("m/tool.yaml")))
        let run = try await CommandRun.run([lockstepExecutable, "plan", "-f", "m"], directory: folder.path)
        #expect(run.exitCode == 65)
        #expect(run.errorOutput.hasPrefix("m/tool.yaml:1:1: error["))
        #expect(!run.errorOutput.contains("\u{1B}"))
    }

    /// Both are sparse; a program that reads the second one before it refuses it does not end in a test's time.
    @Test(arguments: [100 << 20, 1 << 40])
    func `a file far too large is refused by its size and never read`(_ size: Int) async throws {
        let folder = try TemporaryDirectory("bad")
        let path = try folder.write("m/huge.yaml", "")
        #expect(truncate(path, size) == 0)
        let run = try await CommandRun.run([lockstepExecutable, "plan", "-f", "m"], directory: folder.path)
        #expect(run.exitCode == 65)
        #expect(run.errorOutput.hasPrefix("m/huge.yaml:1:1: error["))
        #expect(run.errorOutput.contains("\(size) bytes"))
    }

    @Test func `a path that does not exist is an error`() async throws {
        let run = try await CommandRun.run([lockstepExecutable, "plan", "-f", "/nonexistent/m.yaml"])
        #expect(run.exitCode == 65)
        #expect(
            run.errorOutput.hasPrefix(
                "/nonexistent/m.yaml:1:1: error[K002]: cannot be read: no such file or directory\n"))
    }

    @Test func `without -f the folder manifests is read, else the current one, and that is said`() async throws {
        let folder = try TemporaryDirectory("default")
        try folder.write("manifests/clusters.yaml", Self.clusters)
        let first = try await CommandRun.run([lockstepExecutable, "validate"], directory: folder.path)
        #expect(first.exitCode == 0)
        #expect(first.output == "Valid: 2 Cluster in 1 file.\n")
        #expect(first.errorOutput == "lockstep: reading manifests from manifests/ (choose others with -f)\n")
        let second = try await CommandRun.run([lockstepExecutable, "validate"], directory: folder.file("manifests"))
        #expect(second.exitCode == 0)
        #expect(second.errorOutput == "lockstep: reading manifests from the current folder (choose others with -f)\n")
    }

    @Test func `validate prints findings as JSON and as annotations`() async throws {
        let folder = try TemporaryDirectory("bad")
        try folder.write("m.yaml", "apiVersion: lockstep/v1alpha1\nkind: Clutser\nmetadata: {name: a}\nspec: {}\n")
        let github = try await CommandRun.run(
            [lockstepExecutable, "validate", "-f", "m.yaml", "-o", "github"], directory: folder.path)
        #expect(github.exitCode == 65)
        #expect(
            github.output.hasPrefix(
                "::error file=m.yaml,line=2,col=7,title=lockstep K021::kind \"Clutser\" is not known"))
        let json = try await CommandRun.run(
            [lockstepExecutable, "validate", "-f", "m.yaml", "-o", "json"], directory: folder.path)
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(report["valid"] as? Bool == false)
        #expect(report["errors"] as? Int == 1)
        let first = (report["diagnostics"] as? [[String: Any]])?.first
        #expect(first?["line"] as? Int == 2)
        #expect(first?["column"] as? Int == 7)
        #expect(first?["code"] as? String == "K021")
    }
}
