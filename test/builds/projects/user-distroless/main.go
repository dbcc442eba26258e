package main

import (
	"fmt"
	"os"
)

func main() {
	home, err := os.ReadDir("/etc/ssl/certs")
	if err != nil {
		panic(err)
	}
	fmt.Println("certificates:", len(home))
}
