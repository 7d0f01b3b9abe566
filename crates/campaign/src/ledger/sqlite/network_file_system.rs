//! Which file systems are not of this machine alone.
//!
//! SQLite's write-ahead log needs memory that all who have the file open share, and a run holds its campaign by a lock:
//! neither crosses a network. There two runs would both believe that nobody else sends.
//!
//! Linux tells the type by a number. Elsewhere nothing is checked: the standard library cannot tell.

use std::io;
use std::path::Path;

/// The type of the one that a path lies on; `None` where it lies on a disk of this machine. The path must exist.
#[cfg(target_os = "linux")]
pub(super) fn below(path: &Path) -> io::Result<Option<&'static str>> {
    // The type of the field differs from one architecture to the next; the numbers have 32 bits on all of them.
    let found = rustix::fs::statfs(path)?.f_type as u32;
    Ok(TYPES.iter().find(|(_, number)| *number == found).map(|(name, _)| *name))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn below(_path: &Path) -> io::Result<Option<&'static str>> {
    Ok(None)
}

/// `f_type` of statfs(2), as Linux (`magic.h`) and coreutils (`stat.c`, which tells local from remote) have it.
#[cfg(target_os = "linux")]
const TYPES: &[(&str, u32)] = &[
    // Over a network.
    ("NFS", 0x6969),
    ("SMB", 0x517b),
    ("CIFS", 0xff53_4d42),
    ("SMB2", 0xfe53_4d42),
    ("Ceph", 0x00c3_6400),
    ("AFS", 0x5346_414f),
    ("kAFS", 0x6b41_4653),
    ("Coda", 0x7375_7245),
    ("NCP", 0x564c),
    ("Lustre", 0x0bd0_0bd0),
    ("BeeGFS", 0x1983_0326),
    ("PanFS", 0xaad7_aaea),
    // One disk, several machines: locks cross, shared memory does not.
    ("GFS2", 0x0116_1970),
    ("OCFS2", 0x7461_636f),
    ("GPFS", 0x4750_4653),
    ("ACFS", 0x6163_6673),
    ("StorNext", 0xbeef_dead),
    // The host of a virtual machine, or Windows below WSL, whose own programs see no lock of ours.
    ("9p", 0x0102_1997),
    ("vboxsf", 0x786f_4256),
    ("VMware shared folders", 0xbacb_acbc),
    ("Parallels shared folders", 0x7c7c_6673),
    // sshfs, rclone and most cloud drives; virtiofs, too. Those that are local cannot be told from them by the number,
    // and a path elsewhere is easily given.
    ("FUSE", 0x6573_5546),
];

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_systems_that_every_linux_has_are_local() {
        fn check(path: &str) {
            assert_eq!(below(Path::new(path)).unwrap(), None, "{path}");
        }
        check("/proc");
        check("/sys");
        check("/dev");
    }

    #[test]
    fn no_type_that_disks_have_is_in_the_table() {
        fn check(name: &str, number: u32) {
            assert!(!TYPES.iter().any(|(_, listed)| *listed == number), "{name}");
        }
        check("ext4", 0xef53);
        check("XFS", 0x5846_5342);
        check("Btrfs", 0x9123_683e);
        check("ZFS", 0x2fc1_2fc1);
        check("tmpfs", 0x0102_1994);
        check("overlay", 0x794c_7630);
        check("F2FS", 0xf2f5_2010);
        check("bcachefs", 0xca45_1a4e);
        check("eCryptfs", 0xf15f);
    }
}
