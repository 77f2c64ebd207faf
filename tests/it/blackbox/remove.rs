//! Taken away, replaced, and back.

use super::{Case, Folder};
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::process::Command;

#[test]
fn removed_and_made_anew() {
    let mut case = Case::with("one\n");
    for n in 0..5 {
        case.stopped(|case| {
            case.log(format!("rest {n}\n"));
            case.remove("a.log");
            case.log(format!("a longer line {n} in a new file\n"));
        });
        case.comes(format!("rest {n}\na longer line {n} in a new file\n"));
    }
    case.goes_on_without_gap();
}

#[test]
fn an_inode_number_is_used_again_by_a_larger_file() {
    let mut case = Case::with("one\n");
    let inode = |case: &Case| fs::metadata(case.folder.path("a.log")).unwrap().ino();
    let before = inode(&case);
    case.remove("a.log");
    case.program.says("not there");
    // A file that is held open keeps its number: it is free once the program lets go of it.
    for n in 0..100 {
        case.folder.write("b", format!("another file {n}\n"));
        if fs::metadata(case.folder.path("b")).unwrap().ino() == before {
            break;
        }
        case.remove("b");
    }
    case.folder.write("b", "another and larger file\n");
    case.rename("b", "a.log");
    case.comes("another and larger file\n");
    case.goes_on_without_gap();
}

#[test]
fn its_folder_is_removed_and_made_anew() {
    let folder = Folder::new();
    fs::create_dir(folder.path("d")).unwrap();
    folder.write("d/a.log", "one\n");
    let mut case = Case::follow(folder, "d/a.log");
    case.comes("one\n");
    fs::remove_dir_all(case.folder.path("d")).unwrap();
    case.program.says("not there");
    fs::create_dir(case.folder.path("d")).unwrap();
    case.append("d/a.log", "two\n");
    case.comes("two\n");
    case.stopped(|case| {
        fs::remove_dir_all(case.folder.path("d")).unwrap();
        fs::create_dir(case.folder.path("d")).unwrap();
        case.append("d/a.log", "three\n");
    });
    case.comes("three\n");
    case.append("d/a.log", "four\n");
    case.comes("four\n");
}

#[test]
fn its_folder_is_renamed_and_another_takes_its_place() {
    let folder = Folder::new();
    fs::create_dir(folder.path("d")).unwrap();
    folder.write("d/a.log", "one\n");
    let mut case = Case::follow(folder, "d/a.log");
    case.comes("one\n");
    case.stopped(|case| {
        case.append("d/a.log", "two\n");
        case.rename("d", "e");
        fs::create_dir(case.folder.path("d")).unwrap();
        case.append("d/a.log", "three\n");
    });
    case.comes("two\nthree\n");
    case.append("d/a.log", "four\n");
    case.comes("four\n");
}

#[test]
fn a_link_is_turned_to_another_file() {
    let folder = Folder::new();
    folder.write("v1", "one\n");
    folder.write("v2", "new\n");
    symlink("v1", folder.path("a.log")).unwrap();
    let mut case = Case::follow(folder, "a.log");
    case.comes("one\n");
    case.stopped(|case| {
        case.append("v1", "rest\n");
        symlink("v2", case.folder.path("next")).unwrap();
        case.rename("next", "a.log");
    });
    case.comes("rest\nnew\n");
    case.goes_on_without_gap();
}

/// Puts something in the log's place.
type Place<'a> = &'a dyn Fn(&Case);

#[test]
fn a_folder_a_pipe_a_device_and_a_refusal_take_its_place() {
    let mut case = Case::with("one\n");
    let folder = |case: &Case| fs::create_dir(case.folder.path("a.log")).unwrap();
    let pipe = |case: &Case| {
        assert!(Command::new("mkfifo").arg(case.folder.path("a.log")).status().unwrap().success());
    };
    let device = |case: &Case| symlink("/dev/zero", case.folder.path("a.log")).unwrap();
    // A circle of links is refused to everybody.
    let circle = |case: &Case| symlink("a.log", case.folder.path("a.log")).unwrap();
    let places: [(Place, &str); 4] =
        [(&folder, "a folder"), (&pipe, "a pipe"), (&device, "a device"), (&circle, "tried again")];
    for (n, (place, word)) in places.into_iter().enumerate() {
        case.remove("a.log");
        place(&case);
        case.program.says(word);
        let path = case.folder.path("a.log");
        if path.is_dir() {
            fs::remove_dir(&path).unwrap()
        } else {
            fs::remove_file(&path).unwrap()
        }
        case.log(format!("back {n}\n"));
        case.comes(format!("back {n}\n"));
    }
    case.goes_on_without_gap();
}

#[test]
fn others_go_on_while_one_is_away() {
    let folder = Folder::new();
    let (a, b) = (folder.path("a.log"), folder.write("b.log", "b\n"));
    fs::create_dir(&a).unwrap();
    let program = super::Program::start(&[super::text(&a), super::text(&b)]);
    program.says("no file there yet");
    super::append(&b, "b2\n");
    assert!(program.out.wait(super::DEADLINE, |said| said == b"b.log: b\nb.log: b2\n"));
    fs::remove_dir(&a).unwrap();
    super::append(&a, "a\n");
    assert!(program.out.wait(super::DEADLINE, |said| said.ends_with(b"a.log: a\n")));
}
