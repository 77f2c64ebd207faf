//! What kind of file system a file is on, as far as following it depends on that.

use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;

/// File systems whose files are made up when they are read: lengths and times say nothing.
const KERNEL: [(u64, &str); 10] = [
    (0x9fa0, "proc"),
    (0x6265_6572, "sysfs"),
    (0x6462_6720, "debugfs"),
    (0x7472_6163, "tracefs"),
    (0x0027_e0eb, "cgroup"),
    (0x6367_7270, "cgroup2"),
    (0x7363_6673, "securityfs"),
    (0xf97c_ff8c, "selinuxfs"),
    (0x6265_6570, "configfs"),
    (0xcafe_4a11, "bpf"),
];

/// File systems that are written from elsewhere too: the system tells of our own machine's writes only.
const REMOTE: [(u64, &str); 15] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9p"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0116_1970, "GFS2"),
    (0x7461_636f, "OCFS2"),
    (0x0bd0_0bd0, "Lustre"),
    (0x786f_4256, "VirtualBox"),
    (0xbacb_acbc, "VMware"),
];

fn magic(fd: impl AsFd) -> Option<u64> {
    // The field's type and sign differ between machines; the magic numbers have 32 bits.
    rustix::fs::fstatfs(fd).ok().map(|fs| fs.f_type as u64 & 0xffff_ffff)
}

/// Whether an open file is one of the kernel's.
pub fn is_kernel(file: &File) -> bool {
    magic(file).is_some_and(|magic| KERNEL.iter().any(|(known, _)| *known == magic))
}

/// The name of a folder's file system if it is written from other machines as well.
///
/// An overlay is not among these: what is written through the same mount, which is what happens inside
/// a container, is told like on any local file system. Where it is written from below, growth is found
/// at the slow look, and from then on the folder is polled like any other whose system keeps silent.
pub fn remote(folder: &Path) -> Option<&'static str> {
    let magic = rustix::fs::statfs(folder).ok().map(|fs| fs.f_type as u64 & 0xffff_ffff)?;
    REMOTE.iter().find(|(known, _)| *known == magic).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_is_the_kernels_and_a_temporary_file_is_not() {
        assert!(is_kernel(&File::open("/proc/uptime").unwrap()));
        assert!(!is_kernel(&tempfile::tempfile().unwrap()));
        assert_eq!(remote(&std::env::temp_dir()), None);
    }
}
