import TestSupport
import Testing

@Suite struct CommandLineUsage {
    private func run(_ words: String..., environment: [String: String] = [:]) async throws -> CommandRun {
        try await CommandRun.run([lockstepExecutable] + words, environment: environment)
    }

    @Test func `without a command prints what there is and ends with 64`() async throws {
        let run = try await run()
        #expect(run.exitCode == 64)
        #expect(run.output == "")
        #expect(run.errorOutput.hasPrefix("Kafka cluster linking as code.\n\nUSAGE: lockstep <command> [options]\n"))
    }

    @Test func `a misspelt command ends with 64 and says what was meant`() async throws {
        let run = try await run("aply")
        #expect(run.exitCode == 64)
        #expect(
            run.errorOutput == """
                lockstep: no command "aply"; did you mean apply?
                Run `lockstep help` to see what is possible.

                """)
    }

    @Test func `a misspelt flag ends with 64 and points at the command's help`() async throws {
        let run = try await run("validate", "--outputt", "json")
        #expect(run.exitCode == 64)
        #expect(run.output == "")
        #expect(
            run.errorOutput == """
                lockstep: validate has no flag --outputt; did you mean --output?
                Run `lockstep validate --help` to see what is possible.

                """)
    }

    @Test(arguments: [
        "validate", "schema", "why", "verify", "doctor", "plan", "diff", "apply", "run", "worker", "status", "demo",
        "version", "help",
    ])
    func `every command has help on stdout`(_ command: String) async throws {
        let run = try await run(command, "--help")
        #expect(run.exitCode == 0)
        #expect(run.errorOutput == "")
        #expect(run.output.contains("USAGE: lockstep "))
        #expect(run.output.contains("OPTIONS:"))
    }

    @Test func `lists the exit codes`() async throws {
        let run = try await run("help", "exit-codes")
        #expect(
            run.output == """
                   0  done; with plan --detailed-exitcode: nothing to change
                   1  failed: network, broker error, or something could not be read
                   2  changes are pending (plan --detailed-exitcode only)
                   3  blocked by protection, a missing second yes, or an impossible transition
                   4  partly applied; running it again is safe and continues
                   5  another apply holds the destination's state; nothing was changed
                   6  the saved plan is stale
                  64  wrong usage
                  65  the manifests are invalid

                """)
    }

    @Test func `help on configs says which defaults are Lockstep's own, and why a config is refused`() async throws {
        let run = try await run("help", "configs")
        let lines = run.output.split(separator: "\n")
        for (name, words) in [
            ("replica.fetch.backoff.ms", " 100 "), ("replica.fetch.backoff.ms", "Cluster Linking has 1000."),
            ("replica.fetch.response.max.bytes", "Cluster Linking has 10485760."),
            ("replica.socket.timeout.ms", "Cluster Linking has 30000."),
            ("reconnect.backoff.ms", "set retry.backoff.ms on the Cluster"),
            ("connections.max.idle.ms", "what a broker closes is opened again"),
        ] {
            #expect(lines.contains { $0.hasPrefix("  \(name) ") && $0.contains(words) }, "\(name)\n\(run.output)")
        }
        #expect(lines.count { $0.contains("Lockstep's own default") } == 3)
    }

    @Test func `a reader that went away is no failure`() async throws {
        let run = try await CommandRun.run(
            ["/bin/sh", "-c", "{ \"$0\" schema; echo $? >&2; } | head -c 1", lockstepExecutable])
        #expect(run.output == "{")
        #expect(run.errorOutput == "0\n")
    }

    @Test func `prints a schema that is JSON`() async throws {
        let run = try await run("schema")
        #expect(run.exitCode == 0)
        #expect(run.output.hasPrefix("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"))
    }
}
