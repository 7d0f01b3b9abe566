//! Both adapters, the same suite, over loopback.

use batchcast_transport::adapter::reqwest::ReqwestTransport;
use batchcast_transport::adapter::ureq::UreqTransport;
use batchcast_transport::asynchronous::AsyncTransport;
use batchcast_transport::blocking::Transport;
use batchcast_transport::testing::contract;

#[test]
fn ureq_keeps_the_contract() {
    let transport = UreqTransport::new();
    contract::check(&|request| transport.send(request));
}

#[test]
fn reqwest_keeps_the_contract() {
    let transport = ReqwestTransport::new().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    contract::check(&|request| {
        runtime.block_on(async {
            let answer = transport.send(request).await;
            // The tasks that hold connections run only while somebody blocks on the runtime.
            for _ in 0..16 {
                tokio::task::yield_now().await;
            }
            answer
        })
    });
}
