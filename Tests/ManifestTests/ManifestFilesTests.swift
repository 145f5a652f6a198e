import Diagnostics
import Foundation
import Manifest
import TestSupport
import Testing

@Suite struct ManifestFilesTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("manifests") }

    /// The names of the files that were read, without the test's folder.
    private func names(_ files: ManifestFiles) -> [String] { files.inputs.map { shortened($0.name) } }

    private func text(_ diagnostics: [Diagnostic]) -> String { shortened(DiagnosticText().text(diagnostics)) }

    private func shortened(_ text: String) -> String { text.replacing(folder.path, with: "TMP") }

    @Test func `reads folders in depth, sorted, without hidden and other files`() throws {
        for name in [
            "b.yaml", "a/z.yml", "a/a.yaml", ".git/x.yaml", ".hidden.yaml", "README.md", "c.yaml.bak", "f.json",
        ] {
            try folder.write(name, name)
        }
        let files = ManifestFiles(reading: [folder.path])
        #expect(names(files) == ["TMP/a/a.yaml", "TMP/a/z.yml", "TMP/b.yaml"])
        #expect(files.diagnostics.isEmpty)
        #expect(files.inputs.first?.bytes == Array("a/a.yaml".utf8))
        #expect(names(ManifestFiles(reading: [folder.path + "/"])).first == "TMP/a/a.yaml")
    }

    @Test func `reads a file whatever its name, and every file once`() throws {
        let file = try folder.write("links.txt", "x")
        try folder.write("in/a.yaml", "a")
        try FileManager.default.createSymbolicLink(atPath: folder.file("in/b.yaml"), withDestinationPath: "a.yaml")
        let files = ManifestFiles(reading: [file, folder.file("in"), file, folder.file("in"), folder.file("in/b.yaml")])
        #expect(names(files) == ["TMP/links.txt", "TMP/in/a.yaml"])
        #expect(files.diagnostics.isEmpty)
    }

    @Test func `refuses a folder without manifests`() throws {
        try folder.write("empty/README.md", "x")
        let load = ManifestFiles.load([folder.file("empty")])
        let expected = """
            error[K001]: no manifests (*.yaml, *.yml) in the folder "TMP/empty"
                  nothing is changed; is it the right folder?

            """
        #expect(text(load.diagnostics) == expected)
        #expect(load.desired == nil)
    }

    @Test func `says which path is missing and goes on`() throws {
        try folder.write("a.yaml", Sample.cluster("a"))
        let load = ManifestFiles.load([folder.file("none"), folder.file("a.yaml")])
        #expect(text(load.diagnostics) == "TMP/none:1:1: error[K002]: cannot be read: no such file or directory\n")
        #expect(load.documentCounts == ["Cluster": 1])
        #expect(load.desired == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `refuses a huge file before reading it`() throws {
        // Sparse: it takes no room, and reading it would take hours.
        let path = try folder.write("huge.yaml", "")
        #expect(truncate(path, 1 << 40) == 0)
        let expected = """
            TMP/huge.yaml:1:1: error[K003]: the file has 1099511627776 bytes; a manifest has at most 4194304
                  split it, or move it away if it is not a manifest

            """
        #expect(text(ManifestFiles.load([folder.path]).diagnostics) == expected)
    }

    @Test(.timeLimit(.minutes(1))) func `stops reading a stream without end`() {
        let files = ManifestFiles(reading: ["/dev/zero"])
        #expect(files.inputs.isEmpty)
        #expect(files.diagnostics.map(\.code) == ["K003"])
    }

    @Test func `refuses a binary file`() throws {
        try Data([0x89, 0x50, 0x4E, 0x47, 0, 0]).write(to: URL(fileURLWithPath: folder.file("a.yaml")))
        let expected = """
            TMP/a.yaml:1:1: error[K004]: the file is binary, not YAML text (byte 4 is 0)
                  name the manifests with -f, or move this file away

            """
        #expect(text(ManifestFiles.load([folder.path]).diagnostics) == expected)
    }

    @Test(.timeLimit(.minutes(1))) func `survives links in a circle and pipes`() throws {
        try folder.write("a/b/x.yaml", "x")
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: folder.file("a/b/up"), withDestinationPath: "../..")
        try manager.createSymbolicLink(atPath: folder.file("a/self"), withDestinationPath: "self")
        try manager.createSymbolicLink(atPath: folder.file("gone.yaml"), withDestinationPath: "nowhere")
        #expect(mkfifo(folder.file("pipe.yaml"), 0o600) == 0)
        let files = ManifestFiles(reading: [folder.path])
        #expect(names(files).count == 1)
        #expect(
            text(files.diagnostics) == "TMP/gone.yaml:1:1: error[K002]: cannot be read: no such file or directory\n")
    }

    @Test func `refuses folders nested without end`() throws {
        let deep = Array(repeating: "d", count: 70).joined(separator: "/")
        try folder.write("\(deep)/x.yaml", "x")
        let files = ManifestFiles(reading: [folder.path])
        #expect(files.inputs.isEmpty)
        #expect(files.diagnostics.map(\.summary) == ["cannot be read: folders are nested deeper than 64 levels"])
    }

    @Test func `reads standard input`() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(Sample.cluster("a").utf8))
        try pipe.fileHandleForWriting.close()
        let files = ManifestFiles(reading: ["-"], standardInput: pipe.fileHandleForReading.fileDescriptor)
        #expect(names(files) == ["<stdin>"])
        #expect(files.inputs.first?.bytes == Array(Sample.cluster("a").utf8))
    }

    @Test func `reads filter files next to their manifest`() throws {
        try folder.write("m/clusters.yaml", Sample.cluster("paris") + "---\n" + Sample.cluster("dublin"))
        let spec = "mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: f/t.json}}"
        try folder.write("m/link.yaml", Sample.link(spec))
        try folder.write(
            "m/f/t.json",
            #"{"topicFilters": [{"name": "*", "patternType": "LITERAL", "filterType": "INCLUDE"}]}"#)
        let load = ManifestFiles.load([folder.file("m")])
        #expect(text(load.diagnostics) == "")
        #expect(load.fileCount == 3)
        #expect(truncate(folder.file("m/f/t.json"), 1 << 40) == 0)
        let huge = text(ManifestFiles.load([folder.file("m")]).diagnostics)
        #expect(
            huge.contains("the file \"TMP/m/f/t.json\" cannot be read: it has 1099511627776 bytes or more, too many"))
    }
}
