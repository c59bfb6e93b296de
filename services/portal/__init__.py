"""The web portal: every step of the year in a browser. It talks to the services over HTTP only and keeps no data of its own."""
