import Bytes
import FoundationEssentials

/// Why a saved plan cannot be used.
package enum PlanFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is no plan in JSON; the reason in words.
    case malformed(String)
    /// It was saved in a form this version does not read.
    case unknownFormat(Int)
    /// Its content is not what its id was made from.
    case changed

    /// What is wrong and what to do, as a sentence.
    package var description: String {
        switch self {
        case .malformed(let reason): "this is not a saved plan: \(reason); make one with `lockstep plan --out FILE`"
        case .unknownFormat(let format):
            "the plan was saved in format \(format), this version reads format \(Plan.currentFormat); plan again"
        case .changed: "the plan was changed after it was saved: its id does not fit its content; plan again"
        }
    }
}

extension Plan {
    /// The plan as JSON, for a file: the same plan always gives the same bytes.
    package func saved() throws(PlanFileError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw .malformed("it cannot be written as JSON")
        }
    }

    /// Reads a saved plan and checks that its id fits its content.
    package static func read(_ bytes: [UInt8]) throws(PlanFileError) -> Plan {
        let decoder = JSONDecoder()
        let plan: Plan
        do {
            let form = try decoder.decode(SavedForm.self, from: Data(bytes))
            guard form.format == Plan.currentFormat else { throw PlanFileError.unknownFormat(form.format) }
            plan = try decoder.decode(Plan.self, from: Data(bytes))
        } catch let error as PlanFileError {
            throw error
        } catch let error as DecodingError {
            throw .malformed(Self.words(error))
        } catch {
            throw .malformed("it cannot be read as JSON")
        }
        var again = plan
        again.seal()
        guard again.planId == plan.planId else { throw .changed }
        return plan
    }

    /// Sets `planId` from everything else but the read time, so that the same change has the same id.
    mutating func seal() {
        var content = self
        content.planId = ""
        content.readAtMs = 0
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings, integers and containers of them cannot fail.
        let bytes = (try? encoder.encode(content)).map { Array($0) } ?? []
        planId = "sha256:" + SHA256Digest.hexadecimal(bytes)
    }

    private struct SavedForm: Decodable {
        var format: Int
    }

    private static func words(_ error: DecodingError) -> String {
        let context: DecodingError.Context
        switch error {
        case .keyNotFound(let key, _): return "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found): context = found
        @unknown default: return "it cannot be read as JSON"
        }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "it is no JSON" : "the value of \(path) does not fit"
    }
}
