import Foundation
import Testing

/// The house rules, held against the repository.
@Suite("House")
struct HouseTests {
    @Test func `imports go down the floors`() {
        #expect(Repository.sources.count > 50, "the sources were not found")
        report(Repository.sources.flatMap { Floors.lockstep.findings(in: $0) })
    }

    @Test func `every arrow goes down or has its reason`() {
        let arrows = Floors.lockstep.crookedArrows()
        #expect(arrows == [])
    }

    @Test func `Package.swift has the same arrows`() throws {
        let differences = Floors.lockstep.differences(fromManifest: try Repository.read("Package.swift"))
        #expect(differences == [])
    }

    @Test func `files, functions and lines are short`() {
        report(Repository.code.flatMap { SizeRules.findings(in: $0) })
    }

    @Test func `banned words are absent`() {
        report(Repository.code.flatMap { WordRules.lockstep.findings(in: $0) + WordRules.traces(in: $0) })
    }

    @Test func `no allowance outlives its reason`() {
        let stale = WordRules.lockstep.staleAllowances(among: Repository.code)
        #expect(stale == [])
    }

    @Test func `package declarations are documented`() {
        report(Repository.sources.flatMap { DocumentationRule.findings(in: $0) })
    }

    @Test func `files are named after what is in them`() throws {
        report(Repository.code.flatMap { NameRules.emptyNames(in: $0) + NameRules.keyedNames(in: $0) })
        report(NameRules.topLevel(try FileManager.default.contentsOfDirectory(atPath: Repository.root)))
    }

    @Test func `the changelog has its form`() throws {
        report(ProseRules.changelog(try Repository.read("CHANGELOG.md")))
    }

    @Test func `the map names every target and no file that is gone`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Repository.root)/Sources")
        let targets = folders.filter { !$0.contains(".") }
        let names = Set(Repository.code.map(\.name) + ["Package.swift"])
        report(ProseRules.map(try Repository.read("Sources/README.md"), targets: targets, fileNames: names))
    }

    /// One failure for all findings of a rule, a line each.
    private func report(_ findings: [Finding]) {
        let text = findings.map(\.description).joined(separator: "\n")
        #expect(findings.isEmpty, "\n\(text)")
    }
}
