fn main() {
    println!("{}", std::env::var("SHOP_NAME").unwrap_or_default());
}
