fn main() {
    println!("services88");
}
