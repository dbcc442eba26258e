import crc

print(crc.sum("shop"))
