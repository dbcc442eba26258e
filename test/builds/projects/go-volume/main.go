package main

import (
	"fmt"
	"os"
	"strings"
)

var version = "none"

func main() {
	path := os.Getenv("NOTES")
	if err := os.WriteFile(path, []byte(strings.Join(os.Args[1:], ",")), 0o600); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	text, _ := os.ReadFile(path)
	fmt.Println(version, string(text))
}
