import Diagnostics
import KafkaModel
import Manifest
import Testing

@Suite struct ManifestLimitTests {
    @Test(.timeLimit(.minutes(1))) func `reads thousands of mirror topics`() {
        let entries = (0..<5000).map { "  - {name: topic-\($0), state: PAUSED}" }.joined(separator: "\n")
        let fixture = ManifestFixture(Sample.files("mirrorTopics:\n" + entries))
        #expect(fixture.text == "")
        #expect(fixture.link?.mirrorTopics.count == 5000)
    }

    @Test func `says how many findings were left out`() {
        let entries = (0..<800).map { "  - {nam: topic-\($0)}" }.joined(separator: "\n")
        let load = ManifestFixture(Sample.files("mirrorTopics:\n" + entries)).load
        #expect(load.diagnostics.count == 500)
        #expect(load.leftOutCount == 300)
        #expect(load.desired == nil)
    }

    @Test func `never loses the only error behind many warnings`() {
        let properties = (0..<600).map { "  x\($0).zzzzzzzzzzzz: 1" }.joined(separator: "\n")
        let fixture = ManifestFixture(
            Sample.cluster("a", "bootstrapServers: [a:1]\nproperties:\n" + properties + "\naccess: NONE"))
        #expect(fixture.load.desired == nil)
        #expect(fixture.load.diagnostics.contains { $0.code == "K016" })
    }

    @Test(
        arguments: [
            ("1ms", 1), ("500ms", 500), ("90s", 90_000), ("10m", 600_000), ("2h", 7_200_000), ("30d", 2_592_000_000),
        ] as [(String, Int64)])
    func `reads durations`(text: String, milliseconds: Int64) {
        let fixture = ManifestFixture(Sample.files("policy: {promote: {timeout: \(text)}}"))
        #expect(fixture.text == "")
        #expect(fixture.link?.promoteTimeoutMs == milliseconds)
    }

    @Test(arguments: ["0s", "-1s", "31d", "1.5h", "10 m", "1h30m", "m", "99999999999999999999s", "01s", "10M"])
    func `refuses other durations`(text: String) {
        let load = ManifestFixture(Sample.files("policy: {promote: {timeout: \(text)}}")).load
        #expect(load.diagnostics.map(\.code) == ["K017"])
    }

    @Test(arguments: [
        "2026-11-02T08:00:00Z", "2026-11-02T08:00:00", "2026-11-02T08:00:00.123+01:00",
    ])
    func `knows a time for startOffset, which is not available`(text: String) {
        let load = ManifestFixture(Sample.files("mirrorTopicOptions: {startOffset: \"\(text)\"}")).load
        #expect(load.diagnostics.map(\.code) == ["K040"])
    }

    @Test(arguments: ["2026-13-02T08:00:00Z", "2026-11-02", "2026-11-02T08:00:00.Z", "2026-11-02T08:00:00+1", "now"])
    func `refuses other start offsets`(text: String) {
        let load = ManifestFixture(Sample.files("mirrorTopicOptions: {startOffset: \"\(text)\"}")).load
        #expect(load.diagnostics.map(\.code) == ["K016"])
    }
}
