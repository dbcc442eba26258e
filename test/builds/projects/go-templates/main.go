package main

import (
	"html/template"
	"net/http"
	"os"
)

func main() {
	page := template.Must(template.ParseFiles("pages/index.html"))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { page.Execute(w, "shop") })
	panic(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
