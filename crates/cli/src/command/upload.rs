//! `batchcast upload`.

use batchcast_campaign::new_image_key;
use batchcast_lark::UploadImage;

use crate::args::UploadArgs;
use crate::config::Settings;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::read_picture;
use crate::ledger;
use crate::render::Output;
use crate::stop::Stop;

pub(crate) fn upload(args: &UploadArgs, output: &Output) -> Result<Exit, Failure> {
    let settings = Settings::read(&args.vendor)?;
    let via = settings.lark_platform()?;
    let image = read_picture(&args.image, via.platform())?;
    let connection = Connection::open(&args.vendor, &settings, via)?;
    let client = connection.lark()?;
    let ledger = ledger::open_for(&args.vendor)?;
    // There is nothing that could go on: it is uploaded anew.
    let stop = Stop::on_signals(output, &connection, &args.vendor, Exit::Paused)?;
    stop.clears_up(ledger.temporary());
    let upload = || client.call(UploadImage::new(image.clone())).map(String::from);
    let address = connection.app_address()?;
    let key = stop.at_once(|| new_image_key(&*ledger.ledger, &address, image.bytes(), upload))?;
    stop.over();
    output.uploaded(&key);
    Ok(Exit::Done)
}
