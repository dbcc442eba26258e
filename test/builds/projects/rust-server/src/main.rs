use std::io::{Read, Write};
use std::net::TcpListener;

fn main() {
    let page = std::fs::read_to_string("page.html").expect("page");
    for stream in TcpListener::bind("0.0.0.0:8080").expect("port").incoming() {
        let mut stream = stream.expect("stream");
        let _ = stream.read(&mut [0; 1024]);
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", page.len(), page);
    }
}
