require 'socket'

page = File.read('page.html')
server = TCPServer.new('0.0.0.0', 8080)
loop do
  client = server.accept
  client.gets
  client.write "HTTP/1.1 200 OK\r\nContent-Length: #{page.bytesize}\r\nConnection: close\r\n\r\n#{page}"
  client.close
end
