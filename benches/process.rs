//! What the system says of a running process (Linux `/proc`), and which programs it finds.

/// Highest resident memory so far, in MiB.
pub fn peak_mib(pid: u32) -> f64 {
    mib(pid, "VmHWM:")
}

/// What a line of `/proc/PID/status` says, in MiB: `VmRSS:` is resident memory now.
pub fn mib(pid: u32, what: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with(what)).unwrap_or_default();
    let kib: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0.0);
    kib / 1024.0
}

/// CPU seconds used so far, by all threads.
pub fn cpu_seconds(pid: u32) -> f64 {
    ticks(pid, 2)
}

/// CPU seconds in so many fields: its own are the first two, the others those of its children that have ended.
pub fn ticks(pid: u32, fields: usize) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 =
        behind_name.split_whitespace().skip(11).take(fields).filter_map(|n| n.parse::<f64>().ok()).sum();
    // The kernel gives these in USER_HZ, which is 100 wherever Linux runs today.
    ticks / 100.0
}

/// How often its threads were switched to so far: what wakes a sleeping program.
pub fn switches(pid: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("status")).ok())
        .flat_map(|status| {
            status
                .lines()
                .filter(|l| l.contains("ctxt_switches"))
                .filter_map(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok())
                .collect::<Vec<_>>()
        })
        .sum()
}

/// How busy the machine is with this and everything else.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// A folder with links to all programs but some, for a search path.
pub fn path_without(folder: &std::path::Path, lacks: &[&str]) -> String {
    for from in std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()) {
        for entry in std::fs::read_dir(from).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if !lacks.iter().any(|lack| name == *lack) {
                let _ = std::os::unix::fs::symlink(entry.path(), folder.join(name)); // the first of a name counts
            }
        }
    }
    folder.display().to_string()
}
