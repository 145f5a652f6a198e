import Foundation
import TestSupport

/// Measures one mirror worker beside MirrorMaker 2, on the same two clusters in the same run.
///
/// `swift run -c release Benchmarks [--gib 2] [--peers both|default|tuned|none] [--json]` needs `KAFKA_HOME`. Figures
/// of a shared machine are noisy: compare the ratios of one run, not the figures of two.
@main
struct Benchmarks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        func value(_ flag: String, _ otherwise: String) -> String {
            guard let index = arguments.firstIndex(of: flag), index + 1 < arguments.count else { return otherwise }
            return arguments[index + 1]
        }
        guard let sizes = Double(value("--gib", "2")), sizes > 0, sizes <= 16 else {
            throw HarnessError("--gib takes a number of GiB, more than 0 and at most 16")
        }
        let peers = value("--peers", "both")
        guard
            let wanted = ["both": ["default", "tuned"], "default": ["default"], "tuned": ["tuned"], "none": []][peers]
        else { throw HarnessError("--peers takes both, default, tuned or none") }

        let stage = try await Stage.prepare(gib: sizes)
        var results = [try await stage.measureLockstep()]
        print(results[0].text)
        for settings in wanted {
            results.append(try await stage.measureMirrorMaker(settings))
            print(results[results.count - 1].text)
        }
        await stage.close()
        for peer in results.dropFirst() { print(Comparison(ours: results[0], peer: peer).text) }
        if arguments.contains("--json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(results), as: UTF8.self))
        }
    }
}
