public class Shop {
  public static void main(String[] args) {
    System.out.println("hello from java");
  }
}
