from ringback.twiml.fax_response import *
