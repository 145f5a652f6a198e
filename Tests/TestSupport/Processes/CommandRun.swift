import Glibc
import Foundation

/// A command that ran to its end: what it printed and how it ended.
package struct CommandRun: Sendable {
    /// The command line, for messages.
    package let title: String
    /// How it ended.
    package let exit: CommandExit
    /// All it wrote to standard output.
    package let output: String
    /// All it wrote to standard error.
    package let errorOutput: String
    /// From its start to its end.
    package let duration: Duration

    /// The exit code, nil when a signal ended it.
    package var exitCode: Int32? {
        guard case .code(let code) = exit else { return nil }
        return code
    }

    /// Runs a command and waits for its end; past the limit it is killed and the call fails with what it had printed.
    ///
    /// - Parameter environment: added to the test's own; an empty value removes a variable.
    package static func run(
        _ arguments: [String], environment: [String: String] = [:], directory: String? = nil,
        input: CommandInput = .none, within limit: Duration = .seconds(60)
    ) async throws -> CommandRun {
        let command = try RunningCommand(arguments, environment: environment, directory: directory, input: input)
        do {
            let exit = try await command.waitForExit(within: limit)
            return CommandRun(
                title: command.title, exit: exit, output: command.output, errorOutput: command.errorOutput,
                duration: command.started.duration(to: .now))
        } catch {
            // Not `stop`: its wait would end at once when this task was cancelled.
            command.signal(SIGKILL)
            throw HarnessError("\(error); it printed:\n\(command.output)\(command.errorOutput)")
        }
    }

    /// Runs a command that must succeed, and returns its standard output.
    @discardableResult
    package static func output(
        of arguments: [String], environment: [String: String] = [:], input: CommandInput = .none,
        within limit: Duration = .seconds(60)
    ) async throws -> String {
        let run = try await run(arguments, environment: environment, input: input, within: limit)
        guard run.exit == .code(0) else {
            throw HarnessError("\(run.title) ended with \(run.exit):\n\(run.output)\(run.errorOutput)")
        }
        return run.output
    }
}

/// Where the programs built from this package are: the folder of the running test bundle.
package let builtProducts: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().path
}()

/// The built `lockstep` executable.
package var lockstepExecutable: String { "\(builtProducts)/lockstep" }
