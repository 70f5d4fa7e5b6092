//! rust_peer MODEL TEXTS: times model2vec-rs on a file, one text a line, and prints one JSON object.
//! rust_peer MODEL TEXTS once: encodes the first text and ends: for timing the whole process.
//! The number of threads is rayon's, so RAYON_NUM_THREADS sets it.

use std::hint::black_box;
use std::time::Instant;

use model2vec_rs::model::StaticModel;

const BATCH: usize = 1024;
const MIN_PASSES: usize = 5;
const MIN_SECONDS: f64 = 0.5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (model_path, texts_path, once) = match arguments.as_slice() {
        [model, texts] => (model, texts, false),
        [model, texts, mode] if mode == "once" => (model, texts, true),
        _ => {
            eprintln!("usage: rust_peer MODEL TEXTS [once]");
            std::process::exit(2);
        }
    };

    let start = Instant::now();
    let model = StaticModel::from_pretrained(model_path, None, Some(true), None).expect("model");
    let load_ms = start.elapsed().as_secs_f64() * 1e3;
    let file = std::fs::read_to_string(texts_path).expect("texts");
    let texts: Vec<String> = file.lines().map(str::to_owned).collect();
    if once {
        black_box(model.encode_single(&texts[0]));
        return;
    }

    // The fastest of the crate's ways to encode a batch: encode_flat_with_args touches fresh pages
    // on every call, this one reuses what the allocator kept.
    let encode = || black_box(model.encode_with_args(black_box(&texts), Some(512), BATCH));
    drop(encode());

    let mut seconds = Vec::new();
    while seconds.len() < MIN_PASSES || seconds.iter().sum::<f64>() < MIN_SECONDS {
        let start = Instant::now();
        let vectors = encode();
        seconds.push(start.elapsed().as_secs_f64());
        drop(vectors);
    }
    println!(
        "{{\"texts\": {}, \"load_ms\": {load_ms:.3}, \"seconds\": {seconds:?}}}",
        texts.len()
    );
}
