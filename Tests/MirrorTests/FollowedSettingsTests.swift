import KafkaModel
import Testing

@testable import LinkSync
@testable import Mirror

@Suite struct FollowedSettingsTests {
    @Test func `the defaults are those that users are told`() {
        #expect(MirrorOptions().following(LinkSettings()) == MirrorOptions())
        #expect(MirrorOptions().following(LinkSettings(configs: LinkSettings.defaults)) == MirrorOptions())
    }

    @Test func `each setting reaches the engine`() {
        let settings = LinkSettings(configs: [
            "replica.fetch.max.bytes": "2", "replica.fetch.min.bytes": "3", "replica.fetch.response.max.bytes": "4",
            "replica.fetch.wait.max.ms": "5", "replica.socket.timeout.ms": "6", "num.cluster.link.fetchers": "7",
            "replica.fetch.backoff.ms": "8000", "cluster.link.retry.timeout.ms": "9",
        ])
        let options = MirrorOptions().following(settings)
        #expect(options.partitionFetchBytes == 2)
        #expect(options.minimumFetchBytes == 3)
        #expect(options.fetchBytes == 4)
        #expect(options.fetchWaitMs == 5 && options.busyFetchWaitMs == 5)
        #expect(options.fetchTimeoutMs == 6)
        #expect(options.fetchers == 7)
        #expect(options.firstPauseMs == 8000 && options.maximumPauseMs == 8000)
        #expect(options.sourceRetryMs == 9)
    }

    @Test func `a link is unavailable after enough failed checks in a row`() {
        var checks = FailedChecks()
        #expect(checks.take(nil, isDue: true, threshold: 2) == TaskOutcome(summary: "the source answers"))
        let first = checks.take("no route", isDue: true, threshold: 2)
        #expect(first.summary == "the source does not answer: 1 of 2 checks failed")
        #expect(first.problems.map(\.code) == ["SOURCE_NOT_ANSWERING"])
        // A check that came early does not count.
        #expect(checks.take("no route", isDue: false, threshold: 2).problems.map(\.code) == ["SOURCE_NOT_ANSWERING"])
        let second = checks.take("no route", isDue: true, threshold: 2)
        #expect(second.problems == [TaskProblem(.error, code: "LINK_UNAVAILABLE", "no route")])
        #expect(second.summary == "the source does not answer: 2 of 2 checks failed")
        #expect(checks.take("x", isDue: true, threshold: 2).summary.contains("2 of 2"))
        #expect(!checks.take(nil, isDue: false, threshold: 2).isInError)
        #expect(checks.count == 0)
    }
}
