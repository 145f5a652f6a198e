import KafkaModel

extension MirrorOptions {
    /// These options with what the link's settings say instead; a setting that is not set changes nothing.
    package func following(_ settings: LinkSettings) -> MirrorOptions {
        func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
            settings.configs[name].flatMap { Int64($0) }.map { Number(clamping: $0) }
        }
        var options = self
        options.partitionFetchBytes = number("replica.fetch.max.bytes") ?? partitionFetchBytes
        options.minimumFetchBytes = number("replica.fetch.min.bytes") ?? minimumFetchBytes
        options.fetchBytes = number("replica.fetch.response.max.bytes") ?? fetchBytes
        options.fetchWaitMs = number("replica.fetch.wait.max.ms") ?? fetchWaitMs
        options.busyFetchWaitMs = min(busyFetchWaitMs, options.fetchWaitMs)
        options.fetchTimeoutMs = number("replica.socket.timeout.ms") ?? fetchTimeoutMs
        options.fetchers = number("num.cluster.link.fetchers") ?? fetchers
        options.firstPauseMs = number("replica.fetch.backoff.ms") ?? firstPauseMs
        options.maximumPauseMs = max(maximumPauseMs, options.firstPauseMs)
        options.sourceRetryMs = number("cluster.link.retry.timeout.ms") ?? sourceRetryMs
        return options
    }
}
