import CommandLine

/// The executable: hands its command line over, which ends the process with the command's exit code.
@main
struct Lockstep {
    static func main() {
        LockstepProgram.main(Array(Swift.CommandLine.arguments.dropFirst()))
    }
}
