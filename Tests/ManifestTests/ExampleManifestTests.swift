import Diagnostics
import Foundation
import KafkaModel
import Manifest
import Testing

/// Every manifest that is shipped must be right.
@Suite struct ExampleManifestTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `manifests` and the folders of `examples`.
    static let folders: [String] = {
        let examples = root.appendingPathComponent("examples")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: examples.path)) ?? []
        return ["manifests"]
            + names.filter { !$0.hasPrefix(".") && !makesItsOwn(examples.appendingPathComponent($0)) }.sorted()
            .map { "examples/\($0)" }
    }()

    /// A walkthrough that makes its manifests while it runs; it is run on real Kafka as a whole.
    private static func makesItsOwn(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("walkthrough.sh").path)
    }

    @Test(arguments: folders) func `has neither errors nor warnings`(folder: String) throws {
        let load = ManifestFiles.load([Self.root.appendingPathComponent(folder).path])
        #expect(DiagnosticText().text(load.diagnostics) == "")
        let desired = try #require(load.desired)
        #expect(desired.clusters.count >= 2)
        #expect(desired.links.count >= 1)
    }

    @Test(arguments: folders.dropFirst()) func `explains itself`(folder: String) throws {
        let readme = Self.root.appendingPathComponent(folder).appendingPathComponent("README.md")
        #expect(try String(contentsOf: readme, encoding: .utf8).hasPrefix("# "))
    }

    @Test func `has the examples that are promised`() {
        for name in ["orders-team", "cron", "github-actions", "external-workers"] {
            #expect(Self.folders.contains("examples/\(name)"))
        }
    }
}
