print("Shop is open")
