//! The `tailpane` program: everything is in the library.

fn main() -> std::process::ExitCode {
    tailpane::runtime::main()
}
